import type { DigestsTable } from '../adapters/digests-table.ts';
import { fromTag, type MailSent, MailTag } from '../contracts/mail-sent.ts';

/** Records in the ledger that SES took a mail, whatever became of the invocation that sent it. May be repeated. */
export async function settleClaim(
  { digests }: { digests: Pick<DigestsTable, 'markSent'> },
  { detail: { mail } }: MailSent,
): Promise<void> {
  const key = {
    subscriber: mail.tags[MailTag.subscriber][0],
    digest: fromTag(mail.tags[MailTag.digest][0]),
  };
  await digests.markSent(key, mail.messageId);
}
