import { createHash } from 'node:crypto';
import type { SendOutcome } from '../adapters/mailer.ts';
import type { DigestRecord } from '../contracts/digest-record.ts';
import { LEDGER_DAYS, revisionKey } from '../contracts/keys.ts';
import { MailTag, toTag } from '../contracts/mail-event.ts';
import { dayOf, type Refreshed } from '../contracts/refreshed.ts';
import { getsDigests, type Subscriber } from '../contracts/subscriber.ts';
import type { Holding } from '../domain/digest/digest.ts';
import { affectedHoldings, composeMail } from './compose-mail.ts';
import type { Market } from './market.ts';
import type { FanOutPorts, FanOutSettings, Invocation } from './ports.ts';

const MAX_THROTTLES = 5;
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

export type Addressed = { subscriber: Subscriber; message: Refreshed; market: Market };

/** Composes, claims, sends and records the digest of one subscriber for one delivery revision. */
export async function sendDigest(
  ports: FanOutPorts,
  settings: FanOutSettings,
  { subscriber, message, market }: Addressed,
  invocation: Invocation,
): Promise<DigestOutcome> {
  const holdings = await affectedHoldings(market, subscriber);
  if (!holdings) return 'unconcerned';
  const key = { subscriber: subscriber.subscriber, digest: revisionKey(message) };
  const { own, told } = await ports.digests.recordOf(key);
  const standing = own && standingOutcome(own, settings, invocation.now());
  if (standing) return standing;
  // Composed before it is claimed: what fails up to here leaves no claim behind.
  const raw = await composeMail(market, settings, {
    subscriber,
    holdings,
    lastTold: told?.digest,
    boundary: createHash('sha256').update(`${key.subscriber} ${key.digest}`).digest('base64url'),
    date: new Date(invocation.now()),
  });
  if (own) ports.warn('claim was never settled, sending again', { ...key, claimedAt: own.claimedAt });
  for (let throttles = 0; ; throttles++) {
    // Waits before the claim: an invocation that ends while it waits leaves no doubt behind.
    if (!(await ports.mailer.turn(invocation.deadline))) return 'no-time';
    // It may have been a while since the page was read.
    if (!(await stillWants(ports, { subscriber, message, holdings }))) return 'unconcerned';
    const claim = claimOf(key, (own?.attempts ?? 0) + 1, invocation);
    if (!(await ports.digests.claim(claim, own))) return 'taken';
    const tags = { [MailTag.subscriber]: key.subscriber, [MailTag.digest]: toTag(key.digest) };
    const outcome = await ports.mailer.send({ to: subscriber.address, raw, tags });
    if (outcome.status !== 'throttled' || throttles === MAX_THROTTLES) return record(ports, claim, own, outcome);
    await ports.digests.release(claim, own);
  }
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
    await digests.markSent(claim, outcome.messageId);
    return before ? 'sent-again' : 'sent';
  }
  const details = { subscriber: claim.subscriber, reason: outcome.reason };
  switch (outcome.status) {
    case 'refused':
      warn('mail refused', details);
      await digests.markRefused(claim, outcome.reason);
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
  { state, claimedAt, attempts }: DigestRecord,
  { claimSettlesAfter }: FanOutSettings,
  now: number,
): DigestOutcome | undefined {
  if (state !== 'claimed') return 'settled';
  if (now - Date.parse(claimedAt) < claimSettlesAfter * 1000) return 'unsettled';
  return attempts < MAX_ATTEMPTS ? undefined : 'unknown';
}

const claimOf = (
  key: Pick<DigestRecord, 'subscriber' | 'digest'>,
  attempts: number,
  { id, now }: Invocation,
): DigestRecord => ({
  ...key,
  state: 'claimed',
  attempts,
  claimedBy: id,
  claimedAt: new Date(now()).toISOString(),
  expiresAt: Math.floor(now() / 1000) + LEDGER_DAYS * 86_400,
});
