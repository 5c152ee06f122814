import PostalMime from 'postal-mime';
import { deliveryOfKey } from '../../contracts/delivery-id.ts';
import type { MailSender } from '../../contracts/mailed-files.ts';
import type { Problem } from '../../contracts/report.ts';
import { isTemporaryName } from '../delivery/file-name.ts';
import { quote } from '../vendor-file/bad-file.ts';
import { type RefusedMail, readSender } from './read-sender.ts';

/** A file that a vendor attached. */
export type AttachedFile = { name: string; bytes: Uint8Array };

/** What a mail is: the files of a vendor, or why it is refused. */
export type ReadMail =
  | {
      feed: string;
      files: AttachedFile[];
      /** Names of other attachments. */
      passedOver: string[];
    }
  | RefusedMail;

type Attachment = Awaited<ReturnType<typeof PostalMime.parse>>['attachments'][number];

/** The parser takes up to 2 KB for each line of a file that is not encoded. */
const MAX_LINES = 1_000_000;
/** Files of vendors, and what some of them send instead: ingest says what is wrong with it. Signatures and logos are something else. */
const FILES = /\.(?:[ct]sv|jsonl?|gz|zip|xls[xmb]?|ods|numbers|bz2|xz|7z|rar|zst|tar|tgz|lz4)$/i;
/** Half of a file that Apple's Mail sends in two parts, with the name of the other half. */
const RESOURCE_FORK = 'application/applefile';
const MAX_NAME_BYTES = 200;
/** Names in a message. */
const MAX_NAMES = 5;

/**
 * Reads a mail that SES stored: who sent it, and what is attached.
 * @param senders of the stage
 */
export async function readMail(raw: Uint8Array, senders: readonly MailSender[]): Promise<ReadMail> {
  const sender = await readSender(raw, senders);
  if ('refused' in sender) return sender;
  const { feed } = sender;
  const lines = linesIn(raw);
  if (lines > MAX_LINES) {
    const expected = `a mail of at most ${MAX_LINES} lines`;
    return { refused: { expected, found: `${lines}`, advice: 'Ask the vendor to pack the file (.gz).' }, feed };
  }
  // A mail inside of this one is somebody else's.
  const mail = await PostalMime.parse(withFilesAttached(raw), { forceRfc822Attachments: true }).catch(() => undefined);
  if (!mail)
    return {
      refused: { expected: 'a mail whose parts can be read', found: 'one whose parts are nested too deeply' },
      feed,
    };
  const found = filesAmong(mail.attachments, feed);
  return 'expected' in found ? { refused: found, feed } : { feed, ...found };
}

function linesIn(raw: Uint8Array): number {
  let lines = 0;
  for (const byte of raw) if (byte === 10) lines++;
  return lines;
}

/** Many programs show a small file in the text, and the parser would take it for text. */
const withFilesAttached = (raw: Uint8Array): Uint8Array =>
  Buffer.from(
    Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
      .toString('latin1')
      .replace(/^(content-disposition:[ \t]*)inline/gim, '$1attachment'),
    'latin1',
  );

/** The files among the attachments. What is ambiguous is refused: nobody knows which of two files is the right one. */
function filesAmong(
  attachments: readonly Attachment[],
  feed: string,
): { files: AttachedFile[]; passedOver: string[] } | Problem {
  const named = attachments.filter(({ mimeType }) => mimeType !== RESOURCE_FORK).map(toFile);
  const files = named.filter(({ name }) => FILES.test(name) && !isTemporaryName(name));
  const others = named.filter((one) => !files.includes(one));
  const passedOver = others.slice(0, MAX_NAMES).map(({ name, mimeType }) => quote(name || mimeType));
  if (files.length === 0)
    return {
      expected: 'an attached file, like 2020-01-10_history.csv',
      found: passedOver.join(', ') || 'a mail without attachments',
    };
  const nameless = others.find(({ name, mimeType }) => name === '' && mimeType === 'text/csv');
  if (nameless) return { expected: 'a name for each file', found: 'a file without one' };
  const strange = files.find(({ name }) => /\p{C}/u.test(name) || Buffer.byteLength(name) > MAX_NAME_BYTES);
  if (strange)
    return {
      expected: `a file name of at most ${MAX_NAME_BYTES} bytes, without control characters`,
      found: quote(strange.name),
    };
  const byDelivery = new Map<string, AttachedFile>();
  for (const { name, bytes } of files) {
    const id = deliveryOfKey(`${feed}/${name}`)?.id ?? name;
    const other = byDelivery.get(id);
    if (other && (other.name !== name || Buffer.compare(other.bytes, bytes) !== 0))
      return {
        expected: 'one file for each date and kind',
        found: `two different ones: ${quote(other.name)} and ${quote(name)}`,
        advice: 'Which one is right? Ask the vendor to mail only that one.',
      };
    byDelivery.set(id, { name, bytes });
  }
  return { files: [...byDelivery.values()], passedOver };
}

/** Without the folders that some programs put before a name. */
function toFile({ filename, mimeType, content }: Attachment): AttachedFile & { mimeType: string } {
  const name = (filename ?? '').split(/[/\\]/).at(-1)?.trim() ?? '';
  return { name, mimeType, bytes: typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content) };
}
