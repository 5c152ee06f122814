import { type Displayed, type LedgerKey, type LedgerRecord, mailId } from '../contracts/ledger-record.ts';
import { MailTag, toTag } from '../contracts/mail-event.ts';
import { SES_TRIES } from '../contracts/sending.ts';
import type { ToldAlert } from '../contracts/told-alerts.ts';
import type { Invocation } from '../runtime/invocation.ts';
import { knownOutcome, lastCheck, newClaim } from './claim.ts';
import type { MailOutcome } from './outcome.ts';
import type { MailingPorts, MailingSettings } from './ports.ts';
import { recordOutcome } from './record-outcome.ts';

/** A mail is composed again if another mail to its recipient was sent in between. After so many times the message is retried. */
const MAX_COMPOSITIONS = 3;

/** A mail that is ready to be composed. */
type Draft = {
  /** What the ledger keeps of its content. */
  displayed: Displayed;
  /** Raw MIME. */
  compose: () => Promise<Buffer>;
  /** Writes what else must be known before it is sent. False if another mail was first: compose this one again. */
  record: () => Promise<boolean>;
  /** False if the recipient no longer wants it; `changed` if they want another one: compose it again. */
  isStillWanted: () => Promise<boolean | 'changed'>;
  /** Called when SES has accepted it. */
  onSent: () => void;
};

/** A mail that must not be sent twice. */
export type OnceMail = {
  key: LedgerKey;
  /** Address of the recipient. */
  to: string;
  /**
   * Prepares the mail.
   * @param last the recipient's last mail
   * @param told what mails told of their alerts
   * @returns undefined if there is nothing to send; `later` if that depends on another mail, which is being sent
   */
  draft: (last: LedgerRecord | undefined, told: readonly ToldAlert[]) => Promise<Draft | 'later' | undefined>;
  /** True to send it although SES refused it before. */
  resendRefused: boolean;
};

/** Composes, claims, sends and records one mail. May be repeated: the ledger has the outcome of every mail. */
export async function sendOnce(
  ports: MailingPorts,
  settings: MailingSettings,
  mail: OnceMail,
  invocation: Invocation,
): Promise<MailOutcome> {
  for (let compositions = 0; compositions < MAX_COMPOSITIONS; compositions++) {
    const outcome = await composeAndSend(ports, settings, mail, invocation);
    if (outcome !== 'overtaken') return outcome;
  }
  return 'not-sent';
}

async function composeAndSend(
  ports: MailingPorts,
  settings: MailingSettings,
  mail: OnceMail,
  invocation: Invocation,
): Promise<MailOutcome | 'overtaken'> {
  const { key, resendRefused } = mail;
  const { own, last, told } = await ports.ledger.read(key);
  const known = own && knownOutcome(own, { ...settings, resendRefused }, invocation.now());
  if (known) return known;
  const draft = await mail.draft(last, told);
  if (!draft) return 'not-wanted';
  if (draft === 'later') return 'claimed';
  // Compose before the claim: a failure leaves no claim behind.
  const raw = await draft.compose();
  if (own) ports.warn('mail is resent: unconfirmed or refused before', { ...key, claimedAt: own.claimedAt });
  return claimAndSend(ports, mail, { draft, raw, own, last }, invocation);
}

type Composed = { draft: Draft; raw: Buffer; own: LedgerRecord | undefined; last: LedgerRecord | undefined };

/** Claims and sends a composed mail; repeats both while SES throttles. */
async function claimAndSend(
  ports: MailingPorts,
  { key, to }: OnceMail,
  { draft, raw, own, last }: Composed,
  invocation: Invocation,
): Promise<MailOutcome | 'overtaken'> {
  for (let tries = 1; ; tries++) {
    // Wait before the claim: an invocation that ends while it waits leaves no claim behind.
    if (!(await ports.mailer.turn(invocation.deadline))) return 'no-time';
    const claim = newClaim(key, draft.displayed, own, invocation);
    if (!(await ports.ledger.claim(claim, own))) return 'claimed';
    const reason = await lastCheck(ports, draft, claim, last).catch(async (error) => {
      // Certainly not sent: a claim that is left would delay the retry, and count as an attempt.
      await ports.ledger.release(claim, own);
      throw error;
    });
    if (reason) {
      await ports.ledger.release(claim, own);
      return reason;
    }
    const tags = { [MailTag.recipient]: key.recipient, [MailTag.mail]: toTag(mailId(key)) };
    const outcome = await ports.mailer.send({ to, raw, tags });
    if (outcome.status === 'sent') draft.onSent();
    if (outcome.status !== 'throttled' || tries === SES_TRIES) return recordOutcome(ports, claim, own, outcome);
    await ports.ledger.release(claim, own);
  }
}
