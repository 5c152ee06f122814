import { randomUUID } from 'node:crypto';
import type { BusEvent, EventBus } from '../engine/event-bus.ts';
import type { KeptMail } from './ses.ts';

/** Tells the event bus what becomes of every mail that SES takes, at least once, as SES does. */
export function mailEvents(onError: (error: unknown) => void) {
  const waiting: KeptMail[] = [];
  let bus: EventBus | undefined;
  let queue: Promise<void> = Promise.resolve();

  const tell = (mail: KeptMail): void => {
    for (const event of eventsOf(mail)) queue = queue.then(() => bus?.(event)).catch(onError);
  };

  return {
    onSent: (mail: KeptMail) => (bus ? tell(mail) : void waiting.push(mail)),
    connect(to: EventBus): void {
      bus = to;
      for (const mail of waiting.splice(0)) tell(mail);
    },
    settled: () => queue,
  };
}

type Said = { type: string; eventType: string } & Record<string, unknown>;

/** The addresses of SES's mailbox simulator behave as theirs do; every other mailbox is there and takes its mail. */
function eventsOf(mail: KeptMail): BusEvent[] {
  const [to = ''] = mail.destination.to;
  const [, box] = /^(bounce|complaint|suppressionlist)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(to) ?? [];
  const timestamp = takenAt(mail);
  const sent: Said = { type: 'Email Sent', eventType: 'Send', send: {} };
  const delivered: Said = {
    type: 'Email Delivered',
    eventType: 'Delivery',
    delivery: { timestamp, recipients: [to], smtpResponse: '250 2.6.0 Message received', processingTimeMillis: 1 },
  };
  switch (box?.toLowerCase()) {
    case 'bounce':
      return [sent, bounced(to, timestamp, 'General', 'smtp; 550 5.1.1 user unknown')].map((said) => event(mail, said));
    case 'suppressionlist':
      return [sent, bounced(to, timestamp, 'Suppressed', 'Amazon SES has suppressed sending to this address')].map(
        (said) => event(mail, said),
      );
    case 'complaint':
      return [sent, delivered, complained(to, timestamp)].map((said) => event(mail, said));
    default:
      return [sent, delivered].map((said) => event(mail, said));
  }
}

const bounced = (to: string, timestamp: string, bounceSubType: string, diagnosticCode: string): Said => ({
  type: 'Email Bounced',
  eventType: 'Bounce',
  bounce: {
    timestamp,
    bounceType: 'Permanent',
    bounceSubType,
    bouncedRecipients: [{ emailAddress: to, action: 'failed', status: '5.1.1', diagnosticCode }],
    feedbackId: randomUUID(),
  },
});

const complained = (to: string, timestamp: string): Said => ({
  type: 'Email Complaint Received',
  eventType: 'Complaint',
  complaint: {
    timestamp,
    complaintFeedbackType: 'abuse',
    complainedRecipients: [{ emailAddress: to }],
    feedbackId: randomUUID(),
  },
});

/** Mails of earlier runs may know it to the second only. */
const takenAt = ({ at, takenAt: exact }: KeptMail): string => exact ?? new Date(at * 1000).toISOString();

const event = (mail: KeptMail, { type, ...said }: Said): BusEvent => ({
  source: 'aws.ses',
  'detail-type': type,
  time: takenAt(mail),
  detail: {
    ...said,
    mail: {
      messageId: mail.messageId,
      timestamp: takenAt(mail),
      destination: mail.destination.to,
      tags: {
        'ses:configuration-set': [mail.configurationSet],
        ...Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]])),
      },
    },
  },
});
