import PostalMime from 'postal-mime';
import { deliveryOfKey } from '../../contracts/delivery-id.ts';
import type { MailSender } from '../../contracts/mailed-files.ts';
import type { Problem } from '../../contracts/report.ts';
import { isTemporaryName } from '../delivery/file-name.ts';
import { quote } from '../vendor-file/bad-file.ts';
import { readStamp, type Stamp } from './stamp.ts';

/** A file that a vendor attached. */
export type AttachedFile = { name: string; bytes: Uint8Array };

/** What a mail is: the files of a vendor, or why it is refused. */
export type ReadMail = { feed: string; files: AttachedFile[] } | RefusedMail;
export type RefusedMail = {
  refused: Problem;
  /** The feed of the sender whose address the mail has; undefined for strangers. */
  feed: string | undefined;
};

/** SES's headers are shorter. */
const HEAD_BYTES = 64 * 1024;
/** Files of vendors, and what some of them send instead: ingest says what is wrong with it. Signatures and logos are something else. */
const FILES = /\.(?:[ct]sv|jsonl?|gz|zip|xls[xmb]?|ods|numbers|bz2|xz|7z|rar|zst|tar|tgz|lz4)$/i;
const MAX_NAME_BYTES = 200;

/**
 * Reads a mail that SES stored: who sent it, and what is attached.
 * @param senders of the stage
 */
export async function readMail(raw: Uint8Array, senders: readonly MailSender[]): Promise<ReadMail> {
  const stamp = readStamp(Buffer.from(raw.subarray(0, HEAD_BYTES)).toString('latin1'));
  const mail = await PostalMime.parse(raw).catch((error: unknown) => String(error));
  if (typeof mail === 'string')
    return refusal({ expected: 'a mail whose parts can be read', found: quote(mail) }, undefined);
  const authors = mail.headers.filter(({ key }) => key === 'from').length;
  const from = authors === 1 ? mail.from?.address?.toLowerCase() : undefined;
  const sender = senders.find((one) => one.from === from);
  if (!from || !sender)
    return refusal(
      {
        expected: 'a sender of mailSenders in the stage',
        found: from ? `one at ${domainOf(from)}` : `${authors} senders`,
      },
      undefined,
    );
  const problem = stampProblem(stamp, domainOf(from));
  if (problem) return refusal(problem, sender.feed);
  return attachedFiles(mail.attachments, sender.feed);
}

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

type Attachment = Awaited<ReturnType<typeof PostalMime.parse>>['attachments'][number];

/** The files among the attachments. What is ambiguous is refused: nobody knows which of two files is the right one. */
function attachedFiles(attachments: readonly Attachment[], feed: string): ReadMail {
  const files = attachments.map(toFile).filter(({ name }) => FILES.test(name) && !isTemporaryName(name));
  if (files.length === 0) {
    const others = attachments.map(({ filename, mimeType }) => quote(filename ?? mimeType)).join(', ');
    return refusal(
      { expected: 'an attached file, like 2020-01-10_history.csv', found: others || 'a mail without attachments' },
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
