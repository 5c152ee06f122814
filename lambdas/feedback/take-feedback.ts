import type { DigestKey, DigestsTable } from '../adapters/ledger-table.ts';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import { fromTag, type MailEvent, MailTag } from '../contracts/mail-event.ts';
import { redact } from '../contracts/redact.ts';
import { firstCharacters } from '../contracts/visible.ts';

export type FeedbackPorts = {
  digests: Pick<DigestsTable, 'markSent' | 'markRejected' | 'softBounces'>;
  subscribers: Pick<SubscribersTable, 'stop' | 'countSoftBounces'>;
};

/** What an event was about: the name of the metric that counts it. */
export type Feedback =
  | 'MailsTaken'
  | 'MailsDelivered'
  | 'MailsBounced'
  | 'MailsBouncedSoftly'
  | 'MailsComplained'
  | 'MailsRejected';

type Of<T extends MailEvent['detail']['eventType']> = Extract<MailEvent['detail'], { eventType: T }>;
/** Whom and what a mail was about; previews and invitations are in no ledger. */
type Subject = { subscriber: string; key: DigestKey | undefined; at: string };

/** Said by mailbox providers of mail that nobody minds. */
const NO_COMPLAINTS = ['not-spam', 'auth-failure'];

/**
 * Puts into the ledger what SES says of a mail, which settles the claim of whoever did not live to record it. An address
 * that bounces for good, or complains, gets no further digest until its owner resumes. May be repeated, in any order.
 */
export async function takeFeedback(ports: FeedbackPorts, { time, detail }: MailEvent): Promise<Feedback> {
  const { tags, messageId } = detail.mail;
  const [subscriber] = tags[MailTag.subscriber];
  const digest = tags[MailTag.digest]?.[0];
  const key = digest ? { subscriber, digest: fromTag(digest) } : undefined;
  const subject = { subscriber, key, at: time };
  switch (detail.eventType) {
    case 'Send':
      if (key) await ports.digests.markSent(key, messageId);
      return 'MailsTaken';
    case 'Delivery':
      if (key) await ports.digests.markSent(key, messageId, { deliveredAt: time });
      return 'MailsDelivered';
    case 'Bounce':
      return takeBounce(ports, subject, detail);
    case 'Complaint':
      return takeComplaint(ports, subject, detail);
    case 'Reject':
      if (key)
        await ports.digests.markRejected(
          key,
          messageId,
          `Rejected: ${shortReason(detail.reject.reason ?? 'no reason given')}`,
        );
      return 'MailsRejected';
  }
}

/** What another mail server said, for a record: cut before it is looked at, and without addresses. */
const shortReason = (said: string): string => firstCharacters(redact(firstCharacters(said, 2_000)), 500);

async function takeBounce(
  { digests, subscribers }: FeedbackPorts,
  { subscriber, key, at }: Subject,
  { mail, bounce }: Of<'Bounce'>,
): Promise<Feedback> {
  const { bounceType, bounceSubType, bouncedRecipients } = bounce;
  const isHard = bounceType === 'Permanent';
  const said = [bounceType, bounceSubType, bouncedRecipients?.[0]?.diagnosticCode].filter(Boolean).join(' ');
  const fact = { kind: isHard ? ('hard' as const) : ('soft' as const), at, detail: shortReason(said) };
  if (key) await digests.markSent(key, mail.messageId, { bounce: fact });
  if (isHard) {
    await subscribers.stop(subscriber, { why: 'bounced', at }, mail.timestamp);
    return 'MailsBounced';
  }
  // Counted from the ledger, where a repeated event is the same record: nothing is counted twice.
  if (key) await subscribers.countSoftBounces(subscriber, await digests.softBounces(subscriber));
  return 'MailsBouncedSoftly';
}

async function takeComplaint(
  { digests, subscribers }: FeedbackPorts,
  { subscriber, key, at }: Subject,
  { mail, complaint: { complaintFeedbackType, complaintSubType } }: Of<'Complaint'>,
): Promise<Feedback> {
  const isUntried = complaintSubType === 'OnAccountSuppressionList';
  const untried = { bounce: { kind: 'hard' as const, at, detail: `Complaint ${complaintSubType}` } };
  if (key) await digests.markSent(key, mail.messageId, isUntried ? untried : { complainedAt: at });
  if (NO_COMPLAINTS.includes(complaintFeedbackType ?? '')) return 'MailsDelivered';
  await subscribers.stop(subscriber, { why: 'complained', at }, mail.timestamp);
  return 'MailsComplained';
}
