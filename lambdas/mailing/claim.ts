import { LEDGER_DAYS } from '../contracts/keys.ts';
import { type LedgerKey, type LedgerRecord, mailId } from '../contracts/ledger-record.ts';
import type { Invocation } from '../runtime/invocation.ts';
import type { MailOutcome } from './outcome.ts';
import type { MailingPorts, MailingSettings } from './ports.ts';

/** Claims per mail without a confirmed outcome, the first one included. */
const MAX_ATTEMPTS = 2;

/**
 * The outcome that the ledger already has.
 * @param own record of the mail
 * @returns undefined if the mail may be claimed again: its claim is unconfirmed, or SES refused it and it is to be resent
 */
export function knownOutcome(
  { state, claimedAt, attempts, messageId }: LedgerRecord,
  { resendRefused, claimRetryAfter }: MailingSettings & { resendRefused: boolean },
  now: number,
): MailOutcome | undefined {
  // With a message id SES accepted the mail first and then found a virus: do not resend it.
  if (state === 'refused' && resendRefused && !messageId) return undefined;
  if (state !== 'claimed') return 'recorded';
  if (now - Date.parse(claimedAt) < claimRetryAfter * 1000) return 'unconfirmed';
  return attempts < MAX_ATTEMPTS ? undefined : 'abandoned';
}

/**
 * A new claim.
 * @param own the record that it replaces, if there is one
 */
export function newClaim(
  key: LedgerKey,
  displayed: LedgerRecord['displayed'],
  own: LedgerRecord | undefined,
  { id, now }: Invocation,
): LedgerRecord {
  const unconfirmed = own?.state === 'claimed' ? own : undefined;
  const earlier =
    unconfirmed && (unconfirmed.earlier ?? { claimedAt: unconfirmed.claimedAt, displayed: unconfirmed.displayed });
  return {
    recipient: key.recipient,
    kind: key.kind,
    key: key.key,
    state: 'claimed',
    attempts: (unconfirmed?.attempts ?? 0) + 1,
    claimedBy: id,
    claimedAt: new Date(now()).toISOString(),
    expiresAt: Math.floor(now() / 1000) + LEDGER_DAYS * 86_400,
    displayed,
    ...(earlier && { earlier }),
  };
}

/**
 * Checks a claimed mail once more, directly before it is sent.
 * @param last the recipient's last mail when this one was composed
 * @returns why it must not be sent, or undefined. `overtaken`: compose it again, since another mail was sent in between
 */
export async function lastCheck(
  { ledger }: Pick<MailingPorts, 'ledger'>,
  { record, isStillWanted }: { record: () => Promise<boolean>; isStillWanted: () => Promise<boolean | 'changed'> },
  claim: LedgerRecord,
  last: LedgerRecord | undefined,
): Promise<'not-wanted' | 'claimed' | 'recorded' | 'overtaken' | undefined> {
  // The page of subscribers may be minutes old. This check follows the claim: an erasure from now on deletes the claim too.
  if (!(await record())) return 'overtaken';
  const wanted = await isStillWanted();
  if (wanted !== true) return wanted ? 'overtaken' : 'not-wanted';
  const now = await ledger.read(claim);
  // The recipient's records were erased in the meantime.
  if (!now.own) return 'not-wanted';
  // An SES event recorded the outcome of an earlier attempt in the meantime.
  if (now.own.state !== 'claimed') return 'recorded';
  if (now.own.claimedAt !== claim.claimedAt || now.own.claimedBy !== claim.claimedBy) return 'claimed';
  const isSame = nameOf(now.last) === nameOf(last);
  return isSame ? undefined : 'overtaken';
}

const nameOf = (record: LedgerRecord | undefined): string => (record ? `${mailId(record)} ${record.claimedAt}` : '');
