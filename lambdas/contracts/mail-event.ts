import * as z from 'zod';

/** Names of the tags our mails carry, so that SES's events find whom and what they are about. Values: base64url. */
export const MailTag = {
  subscriber: 'subscriber',
  /** Of digests only: the sort key of their ledger record. */
  digest: 'digest',
} as const;

const tag = z.tuple([z.string().min(1)]).rest(z.unknown());
const instant = z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString());
const mail = z.object({
  messageId: z.string().min(1),
  /** When SES took it, by SES's own clock. Those of other mail servers may be wrong. */
  timestamp: instant,
  tags: z.object({ [MailTag.subscriber]: tag, [MailTag.digest]: tag.optional() }),
});

/**
 * What SES says of a mail, as EventBridge delivers it; only what feedback needs, and nothing demanded that is for
 * people to read: what does not parse is not heard. They may come in any order.
 */
export const mailEvent = z.object({
  /** When it happened, or was told. */
  time: instant,
  detail: z.discriminatedUnion('eventType', [
    z.object({ eventType: z.literal('Send'), mail }),
    z.object({ eventType: z.literal('Delivery'), mail }),
    z.object({
      eventType: z.literal('Bounce'),
      mail,
      bounce: z.object({
        /** `Permanent` is a hard bounce; `Transient` and `Undetermined` are soft ones. */
        bounceType: z.string(),
        bounceSubType: z.string().nullish(),
        bouncedRecipients: z.array(z.object({ diagnosticCode: z.string().nullish() })).nullish(),
      }),
    }),
    z.object({
      eventType: z.literal('Complaint'),
      mail,
      complaint: z.object({
        /** As the mailbox's provider calls it; `not-spam` takes one back. */
        complaintFeedbackType: z.string().nullish(),
        /** `OnAccountSuppressionList` where SES did not even try. */
        complaintSubType: z.string().nullish(),
      }),
    }),
    // SES took the mail and then found a virus in it.
    z.object({ eventType: z.literal('Reject'), mail, reject: z.object({ reason: z.string().nullish() }) }),
  ]),
});

export type MailEvent = z.infer<typeof mailEvent>;

/** SES allows letters, digits, - and _ in the value of a tag; a ledger key has more. */
export const toTag = (key: string): string => Buffer.from(key).toString('base64url');
export const fromTag = (value: string): string => Buffer.from(value, 'base64url').toString();
