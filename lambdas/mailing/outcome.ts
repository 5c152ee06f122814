/**
 * Outcome of one mail in one invocation.
 *
 * | outcome | meaning |
 * | --- | --- |
 * | `not-wanted` | nothing that concerns the recipient changed, or they no longer want the mail |
 * | `sent` | SES accepted it |
 * | `resent` | SES accepted it; an earlier claim was never confirmed, so it may be a second copy |
 * | `recorded` | the ledger has its final outcome already |
 * | `claimed` | another invocation claimed it, or a mail that it depends on |
 * | `refused` | SES refused it permanently |
 * | `unconfirmed` | it may have been sent; SES has not confirmed it yet |
 * | `abandoned` | maximum attempts reached without a confirmed outcome: no further attempt |
 * | `not-sent` | not sent, or failed with an error: retry, the ledger is checked first |
 * | `no-time` | not sent, because the invocation ends before its turn |
 */
export const MAIL_OUTCOMES = [
  'not-wanted',
  'sent',
  'resent',
  'recorded',
  'claimed',
  'refused',
  'unconfirmed',
  'abandoned',
  'not-sent',
  'no-time',
] as const;

export type MailOutcome = (typeof MAIL_OUTCOMES)[number];
