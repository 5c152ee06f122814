import * as z from 'zod';

/** Names of the tags our mails carry, so that SES's events find whom and what they are about. Values: base64url. */
export const MailTag = {
  subscriber: 'subscriber',
  /** Of digests only: the sort key of their ledger record. */
  digest: 'digest',
} as const;

const tag = z.tuple([z.string().min(1)]);
const mail = z.object({
  messageId: z.string().min(1),
  tags: z.object({ [MailTag.subscriber]: tag, [MailTag.digest]: tag.optional() }),
});
const timestamp = z.iso.datetime();

/** What SES says of a mail, as EventBridge delivers it; only what feedback needs. They may come in any order. */
export const mailEvent = z.object({
  detail: z.discriminatedUnion('eventType', [
    z.object({ eventType: z.literal('Send'), mail }),
    z.object({ eventType: z.literal('Delivery'), mail, delivery: z.object({ timestamp }) }),
    z.object({
      eventType: z.literal('Bounce'),
      mail,
      bounce: z.object({
        timestamp,
        /** `Permanent` is a hard bounce; `Transient` and `Undetermined` are soft ones. */
        bounceType: z.string(),
        bounceSubType: z.string(),
        bouncedRecipients: z.array(z.object({ diagnosticCode: z.string().optional() })).default([]),
      }),
    }),
    z.object({ eventType: z.literal('Complaint'), mail, complaint: z.object({ timestamp }) }),
    // SES took the mail and then found a virus in it.
    z.object({ eventType: z.literal('Reject'), mail, reject: z.object({ reason: z.string() }) }),
  ]),
});

export type MailEvent = z.infer<typeof mailEvent>;

/** SES allows letters, digits, - and _ in the value of a tag; a ledger key has more. */
export const toTag = (key: string): string => Buffer.from(key).toString('base64url');
export const fromTag = (value: string): string => Buffer.from(value, 'base64url').toString();
