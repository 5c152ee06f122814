import type { LedgerTable } from '../adapters/ledger-table.ts';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import { type LedgerKey, parseMailId } from '../contracts/ledger-record.ts';
import { fromTag, type MailEvent, MailTag } from '../contracts/mail-event.ts';
import { redact } from '../contracts/redact.ts';
import { firstCharacters } from '../contracts/visible.ts';

export type FeedbackPorts = {
  ledger: Pick<LedgerTable, 'markSent' | 'markRejected' | 'softBounces'>;
  subscribers: Pick<SubscribersTable, 'stop' | 'countSoftBounces'>;
};

/** What an event reported: the name of the metric that counts it. */
export type Feedback =
  | 'MailsAccepted'
  | 'MailsDelivered'
  | 'MailsBounced'
  | 'MailsBouncedTemporarily'
  | 'MailsComplained'
  | 'MailsRejected';

type Of<T extends MailEvent['detail']['eventType']> = Extract<MailEvent['detail'], { eventType: T }>;
/** The mail of an event. `key` is undefined for previews and invitations, which have no ledger record. */
type Subject = { recipient: string; key: LedgerKey | undefined; at: string };

/** Categories of complaint events that are not complaints. */
const NO_COMPLAINTS = ['not-spam', 'auth-failure'];

/**
 * Records an SES event in the ledger, which settles the claim if the sender crashed before recording the message id. An address that
 * bounces permanently or complains gets no further mail until its owner resumes. May be repeated, in any order.
 */
export async function recordFeedback(ports: FeedbackPorts, { time, detail }: MailEvent): Promise<Feedback> {
  const { tags, messageId } = detail.mail;
  const [recipient] = tags[MailTag.recipient];
  const mail = tags[MailTag.mail]?.[0];
  const key = mail ? { recipient, ...parseMailId(fromTag(mail)) } : undefined;
  const subject = { recipient, key, at: time };
  switch (detail.eventType) {
    case 'Send':
      if (key) await ports.ledger.markSent(key, messageId);
      return 'MailsAccepted';
    case 'Delivery':
      if (key) await ports.ledger.markSent(key, messageId, { deliveredAt: time });
      return 'MailsDelivered';
    case 'Bounce':
      return recordBounce(ports, subject, detail);
    case 'Complaint':
      return recordComplaint(ports, subject, detail);
    case 'Reject': {
      const reason = `Rejected: ${shortReason(detail.reject.reason ?? 'no reason given')}`;
      if (key) await ports.ledger.markRejected(key, messageId, reason);
      return 'MailsRejected';
    }
  }
}

/** Text of another mail server, for a record: shortened before it is searched for addresses, which are removed. */
const shortReason = (text: string): string => firstCharacters(redact(firstCharacters(text, 2_000)), 500);

async function recordBounce(
  { ledger, subscribers }: FeedbackPorts,
  { recipient, key, at }: Subject,
  { mail, bounce }: Of<'Bounce'>,
): Promise<Feedback> {
  const { bounceType, bounceSubType, bouncedRecipients } = bounce;
  const isHard = bounceType === 'Permanent';
  const text = [bounceType, bounceSubType, bouncedRecipients?.[0]?.diagnosticCode].filter(Boolean).join(' ');
  const fact = { kind: isHard ? ('hard' as const) : ('soft' as const), at, detail: shortReason(text) };
  if (key) await ledger.markSent(key, mail.messageId, { bounce: fact });
  if (isHard) {
    await subscribers.stop(recipient, { why: 'bounced', at }, mail.timestamp);
    return 'MailsBounced';
  }
  // Counted in the ledger, where a repeated event changes nothing.
  if (key) await subscribers.countSoftBounces(recipient, await ledger.softBounces(recipient));
  return 'MailsBouncedTemporarily';
}

async function recordComplaint(
  { ledger, subscribers }: FeedbackPorts,
  { recipient, key, at }: Subject,
  { mail, complaint: { complaintFeedbackType, complaintSubType } }: Of<'Complaint'>,
): Promise<Feedback> {
  const isSuppressed = complaintSubType === 'OnAccountSuppressionList';
  const suppressed = { bounce: { kind: 'hard' as const, at, detail: `Complaint ${complaintSubType}` } };
  if (key) await ledger.markSent(key, mail.messageId, isSuppressed ? suppressed : { complainedAt: at });
  if (NO_COMPLAINTS.includes(complaintFeedbackType ?? '')) return 'MailsDelivered';
  await subscribers.stop(recipient, { why: 'complained', at }, mail.timestamp);
  return 'MailsComplained';
}
