import PostalMime from 'postal-mime';
import { deliveryOfKey } from '../../contracts/delivery-id.ts';
import type { MailSender } from '../../contracts/mailed-files.ts';
import type { Problem } from '../../contracts/report.ts';
import { isTemporaryName } from '../delivery/file-name.ts';
import { quote } from '../vendor-file/bad-file.ts';
import { readStamp, type Stamp } from './stamp.ts';

/** A file that a vendor attached. */
export type AttachedFile = { name: string; bytes: Uint8Array };

type Email = Awaited<ReturnType<typeof PostalMime.parse>>;
type Attachment = Email['attachments'][number];

/** What a mail is: the files of a vendor, or why it is refused. */
export type ReadMail = { feed: string; files: AttachedFile[] } | RefusedMail;
export type RefusedMail = {
  refused: Problem;
  /** The feed of the sender whose address the mail has; undefined for strangers. */
  feed: string | undefined;
};

/** Headers of programs that people use are much shorter. */
const MAX_HEADER_BYTES = 256 * 1024;
/** Files of vendors, and what some of them send instead: ingest says what is wrong with it. Signatures and logos are something else. */
const FILES = /\.(?:[ct]sv|jsonl?|gz|zip|xls[xmb]?|ods|numbers|bz2|xz|7z|rar|zst|tar|tgz|lz4)$/i;
/** Half of a file that Apple's Mail sends in two parts, with the name of the other half. */
const RESOURCE_FORK = 'application/applefile';
const MAX_NAME_BYTES = 200;
/** Names in a message. */
const MAX_NAMES = 5;

/**
 * Reads a mail that SES stored: who sent it, and what is attached. Anybody can send one whose parts take minutes to read, so only those
 * of a vendor are read.
 * @param senders of the stage
 */
export async function readMail(raw: Uint8Array, senders: readonly MailSender[]): Promise<ReadMail> {
  const header = headerOf(raw);
  const read = header && (await parsed(header));
  if (!header || !read) return refusal({ expected: 'the header of a mail', found: 'something else' }, undefined);
  const authors = read.headers.filter(({ key }) => key === 'from').length;
  const from = authors === 1 ? read.from?.address?.toLowerCase() : undefined;
  const sender = senders.find((one) => one.from === from);
  if (!from || !sender) {
    const found = from ? `one at ${domainOf(from)}` : 'a mail without one sender';
    return refusal({ expected: 'a sender of mailSenders in the stage', found }, undefined);
  }
  const problem = stampProblem(readStamp(header.toString('latin1')), domainOf(from));
  if (problem) return refusal(problem, sender.feed);
  const mail = await parsed(raw);
  if (!mail)
    return refusal(
      { expected: 'a mail whose parts can be read', found: 'one whose parts are nested too deeply' },
      sender.feed,
    );
  return attachedFiles(mail.attachments, sender.feed);
}

/** The bytes up to the first empty line; undefined if they are too many. */
function headerOf(raw: Uint8Array): Buffer | undefined {
  const begin = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, MAX_HEADER_BYTES));
  const ends = ['\r\n\r\n', '\n\n'].map((end) => begin.indexOf(end)).filter((end) => end >= 0);
  const end = Math.min(...ends);
  return Number.isFinite(end) ? begin.subarray(0, end) : undefined;
}

/** Undefined for something that the parser refuses. */
const parsed = (raw: Uint8Array): Promise<Email | undefined> => PostalMime.parse(raw).catch(() => undefined);

const refusal = (refused: Problem, feed: string | undefined): RefusedMail => ({ refused, feed });

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** Why a mail may be somebody else's. Both checks must be about the domain of its sender: everybody passes those of their own domain. */
function stampProblem(stamp: Stamp | undefined, domain: string): Problem | undefined {
  if (!stamp) return { expected: 'the headers of SES at the beginning of the mail', found: 'none' };
  const { envelopeDomain, spf, signers, virus } = stamp;
  if (virus === 'fail') return { expected: 'a mail without a virus', found: 'one, as SES says' };
  if (spf !== 'pass' || !isRelated(envelopeDomain, domain))
    return {
      expected: `a server that may send for ${domain} (SPF passed)`,
      found: `SPF ${spf} for ${envelopeDomain ?? 'no domain'}`,
      advice: 'Ask the vendor to send from a server of its SPF record, with a return path in its own domain.',
    };
  if (!signers.some((signer) => isRelated(signer, domain)))
    return {
      expected: `a signature of ${domain} (DKIM passed)`,
      found: signers.length > 0 ? `one of ${signers.join(', ')}` : 'none that is right',
      advice: 'Ask the vendor to sign its mails with its own domain.',
    };
  return undefined;
}

/** True for the same domain, or if one is inside of the other. */
const isRelated = (one: string | undefined, other: string): boolean =>
  one !== undefined && (one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`));

/** The files among the attachments. What is ambiguous is refused: nobody knows which of two files is the right one. */
function attachedFiles(attachments: readonly Attachment[], feed: string): ReadMail {
  const files = attachments
    .filter(({ mimeType }) => mimeType !== RESOURCE_FORK)
    .map(toFile)
    .filter(({ name }) => FILES.test(name) && !isTemporaryName(name));
  if (files.length === 0) {
    const named = attachments.slice(0, MAX_NAMES).map(({ filename, mimeType }) => quote(filename ?? mimeType));
    return refusal(
      {
        expected: 'an attached file, like 2020-01-10_history.csv',
        found: named.join(', ') || 'a mail without attachments',
      },
      feed,
    );
  }
  const strange = files.find(({ name }) => /\p{C}/u.test(name) || Buffer.byteLength(name) > MAX_NAME_BYTES);
  if (strange)
    return refusal(
      {
        expected: `a file name of at most ${MAX_NAME_BYTES} bytes, without control characters`,
        found: quote(strange.name),
      },
      feed,
    );
  const byDelivery = new Map<string, AttachedFile>();
  for (const file of files) {
    const id = deliveryOfKey(`${feed}/${file.name}`)?.id ?? file.name;
    const other = byDelivery.get(id);
    if (other && (other.name !== file.name || Buffer.compare(other.bytes, file.bytes) !== 0))
      return refusal(
        {
          expected: 'one file for each date and kind',
          found: `two different ones: ${quote(other.name)} and ${quote(file.name)}`,
          advice: 'Which one is right? Ask the vendor to mail only that one.',
        },
        feed,
      );
    byDelivery.set(id, file);
  }
  return { feed, files: [...byDelivery.values()] };
}

/** Without the folders that some programs put before a name. */
function toFile({ filename, content }: Attachment): AttachedFile {
  const name = (filename ?? '').split(/[/\\]/).at(-1)?.trim() ?? '';
  return { name, bytes: typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content) };
}
