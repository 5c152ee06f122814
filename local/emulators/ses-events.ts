import { randomUUID } from 'node:crypto';
import type { BusEvent, EventBus } from '../engine/event-bus.ts';
import type { KeptMail } from './ses.ts';

/** Sends SES's events for every accepted mail to the event bus, at least once. */
export function sesEvents(onError: (error: unknown) => void) {
  const waiting: KeptMail[] = [];
  let bus: EventBus | undefined;
  let queue: Promise<void> = Promise.resolve();

  const publish = (mail: KeptMail): void => {
    for (const event of eventsOf(mail)) queue = queue.then(() => bus?.(event)).catch(onError);
  };

  return {
    onSent: (mail: KeptMail) => (bus ? publish(mail) : void waiting.push(mail)),
    connect(to: EventBus): void {
      bus = to;
      for (const mail of waiting.splice(0)) publish(mail);
    },
    settled: () => queue,
  };
}

type SesEvent = { type: string; eventType: string } & Record<string, unknown>;

/** Addresses of SES's mailbox simulator behave like the real ones. All other mailboxes accept their mail. */
function eventsOf(mail: KeptMail): BusEvent[] {
  const [to = ''] = mail.destination.to;
  const [, box] = /^(bounce|complaint|suppressionlist)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(to) ?? [];
  const timestamp = acceptedAt(mail);
  const sent: SesEvent = { type: 'Email Sent', eventType: 'Send', send: {} };
  const delivered: SesEvent = {
    type: 'Email Delivered',
    eventType: 'Delivery',
    delivery: { timestamp, recipients: [to], smtpResponse: '250 2.6.0 Message received', processingTimeMillis: 1 },
  };
  switch (box?.toLowerCase()) {
    case 'bounce':
      return [sent, bounced(to, timestamp, 'General', 'smtp; 550 5.1.1 user unknown')].map((one) => event(mail, one));
    case 'suppressionlist':
      return [sent, bounced(to, timestamp, 'Suppressed', 'Amazon SES has suppressed sending to this address')].map(
        (one) => event(mail, one),
      );
    case 'complaint':
      return [sent, delivered, complained(to, timestamp)].map((one) => event(mail, one));
    default:
      return [sent, delivered].map((one) => event(mail, one));
  }
}

const bounced = (to: string, timestamp: string, bounceSubType: string, diagnosticCode: string): SesEvent => ({
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

const complained = (to: string, timestamp: string): SesEvent => ({
  type: 'Email Complaint Received',
  eventType: 'Complaint',
  complaint: {
    timestamp,
    complaintFeedbackType: 'abuse',
    complainedRecipients: [{ emailAddress: to }],
    feedbackId: randomUUID(),
  },
});

/** Mails of earlier runs may have a time in seconds only. */
const acceptedAt = ({ at, acceptedAt: exact }: KeptMail): string => exact ?? new Date(at * 1000).toISOString();

const event = (mail: KeptMail, { type, ...detail }: SesEvent): BusEvent => ({
  source: 'aws.ses',
  'detail-type': type,
  time: acceptedAt(mail),
  detail: {
    ...detail,
    mail: {
      messageId: mail.messageId,
      timestamp: acceptedAt(mail),
      destination: mail.destination.to,
      tags: {
        'ses:configuration-set': [mail.configurationSet],
        ...Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]])),
      },
    },
  },
});
