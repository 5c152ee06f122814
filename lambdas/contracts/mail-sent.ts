import * as z from 'zod';

/** Names of the tags each mail carries, so that SES's events find its ledger record. Values: base64url. */
export const MailTag = { subscriber: 'subscriber', digest: 'digest' } as const;

/** SES "Email Sent" as EventBridge delivers it; only what the ledger needs. */
export const mailSent = z.object({
  detail: z.object({
    mail: z.object({
      messageId: z.string().min(1),
      tags: z.object({
        [MailTag.subscriber]: z.tuple([z.string().min(1)]),
        [MailTag.digest]: z.tuple([z.string().min(1)]),
      }),
    }),
  }),
});

export type MailSent = z.infer<typeof mailSent>;

/** SES allows letters, digits, - and _ in the value of a tag; a ledger key has more. */
export const toTag = (key: string): string => Buffer.from(key).toString('base64url');
export const fromTag = (tag: string): string => Buffer.from(tag, 'base64url').toString();
