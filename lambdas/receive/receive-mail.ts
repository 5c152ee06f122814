import { MAX_MAIL_BYTES, type MailSender, type StoredMail } from '../contracts/mailed-files.ts';
import { type AttachedFile, readMail } from '../domain/mailed-file/read-mail.ts';
import type { RefusedMail } from '../domain/mailed-file/read-sender.ts';
import type { ReceivePorts } from './ports.ts';

/** What became of a mail. */
export type Received =
  | {
      status: 'received';
      feed: string;
      /** Keys of the files that were uploaded. */
      uploaded: string[];
      /** Keys of files whose delivery has one from a later mail or upload. */
      overtaken: string[];
      /** Names of other attachments. */
      passedOver: string[];
    }
  | ({ status: 'refused' } & RefusedMail)
  | { status: 'gone' };

/**
 * Uploads the files of a mail to the folder of its sender, from where they go the way of every file. May be repeated, and in any order:
 * the file of an older mail does not replace that of a newer one, also if that has another suffix.
 */
export async function receiveMail(
  { mails, files }: ReceivePorts,
  senders: readonly MailSender[],
  mail: StoredMail,
): Promise<Received> {
  if (mail.size > MAX_MAIL_BYTES) {
    const refused = { expected: `a mail of at most ${MAX_MAIL_BYTES} bytes`, found: `${mail.size}` };
    return { status: 'refused', refused, feed: undefined };
  }
  const raw = await mails.read(mail.key);
  if (!raw) return { status: 'gone' };
  const read = await readMail(raw, senders);
  if ('refused' in read) return { status: 'refused', ...read };
  const uploaded: string[] = [];
  const overtaken: string[] = [];
  for (const file of read.files) {
    const key = `${read.feed}/${file.name}`;
    const isCurrent = await upload(files, key, file, mail);
    (isCurrent ? uploaded : overtaken).push(key);
  }
  return { status: 'received', feed: read.feed, uploaded, overtaken, passedOver: read.passedOver };
}

/**
 * @returns false if there is a later file of the delivery
 * @throws Error if another one was uploaded meanwhile
 */
async function upload(
  files: ReceivePorts['files'],
  key: string,
  { bytes }: AttachedFile,
  { key: mailKey, receivedAt }: StoredMail,
): Promise<boolean> {
  // Mails of the same second are in the order of their ids.
  const mark = `${receivedAt} ${mailKey}`;
  const found = await files.find(key);
  const before = found.find((one) => one.key === key);
  if (before?.mail === mark) return true;
  if (found.some(({ mail, uploadedAt }) => (mail ?? uploadedAt) > mark)) return false;
  if (await files.upload(key, bytes, before?.etag, mark)) return true;
  throw new Error(`${key} was replaced by another file meanwhile. The next try looks again.`);
}
