import PostalMime, { addressParser } from 'postal-mime';
import type { MailSender } from '../../contracts/mailed-files.ts';
import type { Problem } from '../../contracts/report.ts';
import { readStamp, type Stamp } from './stamp.ts';

/** A mail that is refused. */
export type RefusedMail = {
  refused: Problem;
  /** The feed of the vendor who may have sent it; undefined for strangers, and for who only writes a vendor's address. */
  feed: string | undefined;
};

/** Headers of programs that people use are much shorter. */
const MAX_HEADER_BYTES = 256 * 1024;
/** Of two such headers some programs read the first one, and others the last. */
const ONCE = ['from', 'content-type', 'content-transfer-encoding', 'mime-version', 'auto-submitted'];

/**
 * Reads who sent a mail, from its header alone: anybody can send a mail whose parts take minutes to read.
 * @param senders of the stage
 */
export async function readSender(raw: Uint8Array, senders: readonly MailSender[]): Promise<MailSender | RefusedMail> {
  const header = headerOf(raw);
  const mail = header && (await PostalMime.parse(header).catch(() => undefined));
  if (!header || !mail) return refusal({ expected: 'the header of a mail', found: 'something else' });
  const values = Map.groupBy(mail.headers, ({ key }) => key);
  const twice = ONCE.find((name) => (values.get(name)?.length ?? 0) > 1);
  if (twice) return refusal({ expected: `one header ${twice}`, found: `${values.get(twice)?.length}` });
  const from = addressIn(values.get('from')?.[0]?.value ?? '');
  const sender = senders.find((one) => one.from === from);
  if (!from || !sender) {
    const found = from ? `one at ${domainOf(from)}` : 'a mail without one plain sender';
    return refusal({ expected: 'a sender of mailSenders in the stage', found });
  }
  if (/^auto-replied/i.test(values.get('auto-submitted')?.[0]?.value ?? ''))
    return refusal({ expected: 'a mail of the vendor', found: 'an answer that a machine sent' }, sender.feed);
  const stamp = readStamp(header.toString('latin1'));
  const domain = domainOf(from);
  const problem = stampProblem(stamp, domain);
  // Whoever passes neither check only knows the address.
  const isSomebody = !stamp || isSentFrom(stamp, domain) || isSignedBy(stamp, domain);
  return problem ? refusal(problem, isSomebody ? sender.feed : undefined) : sender;
}

const refusal = (refused: Problem, feed?: string): RefusedMail => ({ refused, feed });

/** The bytes up to the first empty line; undefined if they are too many, or have what parsers take for different line ends. */
function headerOf(raw: Uint8Array): Buffer | undefined {
  const begin = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, MAX_HEADER_BYTES));
  const ends = ['\r\n\r\n', '\n\n'].map((end) => begin.indexOf(end)).filter((end) => end >= 0);
  if (ends.length === 0) return undefined;
  const header = begin.subarray(0, Math.min(...ends));
  return /\0|\r(?!\n)/.test(`${header.toString('latin1')}\n`) ? undefined : header;
}

/** The only address of a header, in small letters; undefined for lists, groups, and addresses that are not written out. */
function addressIn(value: string): string | undefined {
  const [one, ...others] = addressParser(value);
  const address = one?.address?.toLowerCase();
  return address && others.length === 0 && value.toLowerCase().includes(address) ? address : undefined;
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** Why a mail may be somebody else's. Both checks must be about the domain of its sender: everybody passes those of their own domain. */
function stampProblem(stamp: Stamp | undefined, domain: string): Problem | undefined {
  if (!stamp) return { expected: 'the headers of SES at the beginning of the mail', found: 'none' };
  const { envelopeDomain, spf, signers, virus } = stamp;
  if (virus === 'fail') return { expected: 'a mail without a virus', found: 'one, as SES says' };
  if (!isSentFrom(stamp, domain))
    return {
      expected: `a server that may send for ${domain} (SPF passed)`,
      found: `SPF ${spf} for ${envelopeDomain ?? 'no domain'}`,
      advice: 'Ask the vendor to send from a server of its SPF record, with a return path in its own domain.',
    };
  if (!isSignedBy(stamp, domain))
    return {
      expected: `a signature of ${domain} (DKIM passed)`,
      found: signers.length > 0 ? `one of ${signers.join(', ')}` : 'none that is right',
      advice: 'Ask the vendor to sign its mails with its own domain.',
    };
  return undefined;
}

const isSentFrom = ({ spf, envelopeDomain }: Stamp, domain: string): boolean =>
  spf === 'pass' && isRelated(envelopeDomain, domain);
const isSignedBy = ({ signers }: Stamp, domain: string): boolean => signers.some((signer) => isRelated(signer, domain));

/** True for the same domain, or if one is inside of the other. */
const isRelated = (one: string | undefined, other: string): boolean =>
  one !== undefined && (one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`));
