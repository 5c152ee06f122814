import * as z from 'zod';

/** Names of the tags on our mails; SES repeats them in its events. Values are base64url. */
export const MailTag = {
  /** Subscriber id. */
  recipient: 'recipient',
  /** Mail id of the ledger record; absent for previews and invitations, which have none. */
  mail: 'mail',
} as const;

const tag = z.tuple([z.string().min(1)]).rest(z.unknown());
const instant = z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString());
const mail = z.object({
  messageId: z.string().min(1),
  /** When SES accepted the mail, by SES's own clock. Clocks of other mail servers may be wrong. */
  timestamp: instant,
  tags: z.object({ [MailTag.recipient]: tag, [MailTag.mail]: tag.optional() }),
});

/**
 * An SES event as EventBridge delivers it; only the fields that feedback needs. Diagnostic fields are optional, so that unusual events
 * still parse. Events arrive in any order.
 */
export const mailEvent = z.object({
  /** When it happened or was reported. */
  time: instant,
  detail: z.discriminatedUnion('eventType', [
    z.object({ eventType: z.literal('Send'), mail }),
    z.object({ eventType: z.literal('Delivery'), mail }),
    z.object({
      eventType: z.literal('Bounce'),
      mail,
      bounce: z.object({
        /** `Permanent` is a hard bounce; `Transient` and `Undetermined` are soft bounces. */
        bounceType: z.string(),
        bounceSubType: z.string().nullish(),
        bouncedRecipients: z.array(z.object({ diagnosticCode: z.string().nullish() })).nullish(),
      }),
    }),
    z.object({
      eventType: z.literal('Complaint'),
      mail,
      complaint: z.object({
        /** The mailbox provider's category; `not-spam` withdraws a complaint. */
        complaintFeedbackType: z.string().nullish(),
        /** `OnAccountSuppressionList` if SES did not try to deliver. */
        complaintSubType: z.string().nullish(),
      }),
    }),
    // SES accepted the mail and then found a virus in it.
    z.object({ eventType: z.literal('Reject'), mail, reject: z.object({ reason: z.string().nullish() }) }),
  ]),
});

export type MailEvent = z.infer<typeof mailEvent>;

/** SES allows letters, digits, - and _ in the value of a tag; a mail id has other characters. */
export const toTag = (id: string): string => Buffer.from(id).toString('base64url');
export const fromTag = (value: string): string => Buffer.from(value, 'base64url').toString();
