import { createHash } from 'node:crypto';
import type { SendOutcome } from '../adapters/mailer.ts';
import { LEDGER_DAYS, revisionKey } from '../contracts/keys.ts';
import type { DigestRecord } from '../contracts/ledger-record.ts';
import { MailTag, toTag } from '../contracts/mail-event.ts';
import { redact } from '../contracts/redact.ts';
import { dayOf, type Refreshed } from '../contracts/refreshed.ts';
import { SES_TRIES } from '../contracts/sending.ts';
import { getsDigests, type Subscriber } from '../contracts/subscriber.ts';
import type { Holding } from '../domain/digest/digest.ts';
import type { FanOutPorts, FanOutSettings, Invocation } from '../fan-out/ports.ts';
import type { Market } from '../pricing/price-snapshot.ts';
import { composeMail, holdingsOf, isMentioned, shownBy } from './compose-digest.ts';

/** A claim that stays without an answer is sent again this often in all, then nobody knows and nobody sends. */
const MAX_ATTEMPTS = 2;

/**
 * How one subscriber's digest ended. `sent-again`: an earlier claim was never answered. `settled`: the ledger says
 * already what became of it. `taken`: another invocation is at it. `unsettled`: a mail may or may not have gone out,
 * and SES has not told yet. `unknown`: it never told. `not-sent`: certainly not sent, and to be tried again.
 * `no-time`: not sent either, for the deadline comes before its turn.
 */
export type DigestOutcome =
  | 'unconcerned'
  | 'sent'
  | 'sent-again'
  | 'settled'
  | 'taken'
  | 'refused'
  | 'unsettled'
  | 'unknown'
  | 'not-sent'
  | 'no-time';

/** Mails to the same subscriber that go out meanwhile have it composed anew; after so many the message is to come back. */
const COMPOSINGS = 3;

export type Addressed = { subscriber: Subscriber; message: Refreshed; market: Market };

/** Composes, claims, sends and records the digest of one subscriber for one delivery revision. */
export async function sendDigest(
  ports: FanOutPorts,
  settings: FanOutSettings,
  addressed: Addressed,
  invocation: Invocation,
): Promise<DigestOutcome> {
  // Nothing is queried for a subscriber who has none of the tickers.
  if (!isMentioned(addressed.market, addressed.subscriber)) return 'unconcerned';
  for (let tries = 0; tries < COMPOSINGS; tries++) {
    const outcome = await composeAndSend(ports, settings, addressed, invocation);
    if (outcome !== 'overtaken') return outcome;
  }
  return 'not-sent';
}

async function composeAndSend(
  ports: FanOutPorts,
  settings: FanOutSettings,
  { subscriber, message, market }: Addressed,
  invocation: Invocation,
): Promise<DigestOutcome | 'overtaken'> {
  const key = { subscriber: subscriber.subscriber, digest: revisionKey(message) };
  const { own, told } = await ports.digests.recordOf(key);
  const holdings = await holdingsOf(market, subscriber.tickers, told);
  if (!holdings.some(({ hasChanged }) => hasChanged)) return 'unconcerned';
  const standing = own && standingOutcome(own, message, settings, invocation.now());
  if (standing) return standing;
  // Composed before it is claimed: what fails up to here leaves no claim behind.
  const raw = await composeMail(market, settings, {
    subscriber,
    holdings,
    told,
    boundary: createHash('sha256').update(`${key.subscriber} ${key.digest}`).digest('base64url'),
    date: new Date(invocation.now()),
  });
  if (own) ports.warn('sending again what was not settled, or refused', { ...key, claimedAt: own.claimedAt });
  const attempts = own?.state === 'claimed' ? own.attempts + 1 : 1;
  const shown = shownBy(holdings, key.digest);
  const earlier =
    own?.state === 'claimed' ? (own.earlier ?? { claimedAt: own.claimedAt, shown: own.shown }) : undefined;
  const claim = () => ({ ...claimOf(key, attempts, invocation), shown, ...(earlier && { earlier }) });
  return claimAndSend(ports, { subscriber, message, holdings }, { raw, own, told, claim }, invocation);
}

/** Sends a composed mail under a claim in the ledger, several times while SES throttles. */
async function claimAndSend(
  ports: FanOutPorts,
  addressed: { subscriber: Subscriber; message: Refreshed; holdings: readonly Holding[] },
  composed: { raw: Buffer; own: DigestRecord | undefined; told: DigestRecord | undefined; claim: () => DigestRecord },
  { deadline }: Invocation,
): Promise<DigestOutcome | 'overtaken'> {
  const { raw, own, told, claim } = composed;
  for (let tries = 1; ; tries++) {
    // Waits before the claim: an invocation that ends while it waits leaves no doubt behind.
    if (!(await ports.mailer.turn(deadline))) return 'no-time';
    const claimed = claim();
    if (!(await ports.digests.claim(claimed, own))) return 'taken';
    const reason = await whyNot(ports, addressed, claimed, told);
    if (reason) {
      await ports.digests.release(claimed, own);
      return reason;
    }
    const tags = { [MailTag.subscriber]: claimed.subscriber, [MailTag.digest]: toTag(claimed.digest) };
    const outcome = await ports.mailer.send({ to: addressed.subscriber.address, raw, tags });
    if (outcome.status !== 'throttled' || tries === SES_TRIES) return record(ports, claimed, own, outcome);
    await ports.digests.release(claimed, own);
  }
}

/** The last look before a mail that was claimed is sent: why it is not to be, or undefined. */
async function whyNot(
  ports: Pick<FanOutPorts, 'subscribers' | 'digests'>,
  addressed: Parameters<typeof stillWants>[1],
  claimed: DigestRecord,
  told: DigestRecord | undefined,
): Promise<'unconcerned' | 'settled' | 'overtaken' | undefined> {
  // It may have been a while since the page was read. After the claim, so that to erase oneself from now on erases it.
  if (!(await stillWants(ports, addressed))) return 'unconcerned';
  const since = await ports.digests.recordOf(claimed);
  // SES has told of the first try after all.
  if (since.own && since.own.state !== 'claimed') return 'settled';
  // Another mail may have gone out since this one was composed: this is to correct that, and to show no less.
  const isAsBefore = since.told?.digest === told?.digest && since.told?.claimedAt === told?.claimedAt;
  return isAsBefore ? undefined : 'overtaken';
}

/**
 * Puts into the ledger what became of a claimed mail.
 * @param before the unsettled claim that was there before
 */
async function record(
  { digests, warn }: Pick<FanOutPorts, 'digests' | 'warn'>,
  claim: DigestRecord,
  before: DigestRecord | undefined,
  outcome: SendOutcome,
): Promise<DigestOutcome> {
  if (outcome.status === 'sent') {
    await digests.markTaken(claim, outcome.messageId);
    return before?.state === 'claimed' ? 'sent-again' : 'sent';
  }
  // SES names the address in its reasons.
  const reason = redact(outcome.reason);
  const details = { subscriber: claim.subscriber, reason };
  switch (outcome.status) {
    case 'refused':
      warn('mail refused', details);
      await digests.markRefused(claim, reason);
      return 'refused';
    case 'unknown':
      warn('mail may have been sent', details);
      return 'unsettled';
    default:
      warn('mail not sent', details);
      await digests.release(claim, before);
      return 'not-sent';
  }
}

/** True unless the subscriber has left, paused, been stopped or unfollowed since all that has changed. */
async function stillWants(
  { subscribers }: Pick<FanOutPorts, 'subscribers'>,
  { subscriber, message, holdings }: { subscriber: Subscriber; message: Refreshed; holdings: readonly Holding[] },
): Promise<boolean> {
  const there = await subscribers.get(subscriber.subscriber);
  if (!there || !getsDigests(there, dayOf(message))) return false;
  return holdings.some(({ ticker, hasChanged }) => hasChanged && Object.hasOwn(there.tickers, ticker));
}

/** What a record in the ledger says already; undefined where its claim is to be sent once more. */
function standingOutcome(
  { state, claimedAt, attempts, messageId }: DigestRecord,
  { resendRefused }: Refreshed,
  { claimSettlesAfter }: FanOutSettings,
  now: number,
): DigestOutcome | undefined {
  // With a message id SES has taken it, and found a virus.
  if (state === 'refused' && resendRefused && !messageId) return undefined;
  if (state !== 'claimed') return 'settled';
  if (now - Date.parse(claimedAt) < claimSettlesAfter * 1000) return 'unsettled';
  return attempts < MAX_ATTEMPTS ? undefined : 'unknown';
}

const claimOf = (
  key: Pick<DigestRecord, 'subscriber' | 'digest'>,
  attempts: number,
  { id, now }: Invocation,
): Omit<DigestRecord, 'shown'> => ({
  ...key,
  state: 'claimed',
  attempts,
  claimedBy: id,
  claimedAt: new Date(now()).toISOString(),
  expiresAt: Math.floor(now() / 1000) + LEDGER_DAYS * 86_400,
});
