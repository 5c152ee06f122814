import type { DigestKey, DigestsTable } from '../adapters/digests-table.ts';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import { fromTag, type MailEvent, MailTag } from '../contracts/mail-event.ts';

export type FeedbackPorts = {
  digests: Pick<DigestsTable, 'markSent' | 'markRefused' | 'softBounces'>;
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

/**
 * Puts into the ledger what SES says of a mail, which settles the claim of whoever did not live to record it. An address
 * that bounces for good, or complains, gets no further digest until its owner resumes. May be repeated, in any order.
 */
export async function takeFeedback(ports: FeedbackPorts, { detail }: MailEvent): Promise<Feedback> {
  const { tags, messageId } = detail.mail;
  const [subscriber] = tags[MailTag.subscriber];
  const digest = tags[MailTag.digest]?.[0];
  // Previews and invitations are in no ledger.
  const key = digest ? { subscriber, digest: fromTag(digest) } : undefined;
  const { digests, subscribers } = ports;
  switch (detail.eventType) {
    case 'Send':
      if (key) await digests.markSent(key, messageId);
      return 'MailsTaken';
    case 'Delivery':
      if (key) await digests.markSent(key, messageId, { deliveredAt: detail.delivery.timestamp });
      return 'MailsDelivered';
    case 'Bounce':
      return takeBounce(ports, subscriber, key, detail);
    case 'Complaint': {
      const { timestamp: at } = detail.complaint;
      if (key) await digests.markSent(key, messageId, { complainedAt: at });
      await subscribers.stop(subscriber, { why: 'complained', at });
      return 'MailsComplained';
    }
    case 'Reject':
      if (key) await digests.markRefused(key, `Rejected: ${detail.reject.reason}`);
      return 'MailsRejected';
  }
}

async function takeBounce(
  { digests, subscribers }: FeedbackPorts,
  subscriber: string,
  key: DigestKey | undefined,
  { mail, bounce }: Of<'Bounce'>,
): Promise<Feedback> {
  const { timestamp: at, bounceType, bounceSubType, bouncedRecipients } = bounce;
  const isHard = bounceType === 'Permanent';
  const said = bouncedRecipients[0]?.diagnosticCode ?? '';
  const detail = `${bounceType} ${bounceSubType} ${said}`.trim().slice(0, 500);
  if (key) await digests.markSent(key, mail.messageId, { bounce: { kind: isHard ? 'hard' : 'soft', at, detail } });
  if (isHard) {
    await subscribers.stop(subscriber, { why: 'bounced', at });
    return 'MailsBounced';
  }
  // Counted from the ledger, where a repeated event is the same record: nothing is counted twice.
  if (key) await subscribers.countSoftBounces(subscriber, await digests.softBounces(subscriber));
  return 'MailsBouncedSoftly';
}
