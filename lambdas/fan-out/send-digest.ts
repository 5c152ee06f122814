import { createHash } from 'node:crypto';
import type { SendOutcome } from '../adapters/mailer.ts';
import type { DigestRecord } from '../contracts/digest-record.ts';
import { digestKey } from '../contracts/keys.ts';
import { MailTag, toTag } from '../contracts/mail-sent.ts';
import type { Refreshed } from '../contracts/refreshed.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { affectedHoldings, composeMail } from './compose-mail.ts';
import type { Market } from './market.ts';
import type { FanOutPorts, FanOutSettings, Invocation } from './ports.ts';

const LEDGER_DAYS = 400;
const MAX_THROTTLES = 5;

/**
 * How one subscriber's digest ended. `settled`: the ledger says already what became of it. `taken`: another
 * invocation is at it. `unsettled`: a mail may or may not have gone out, and SES has not told yet. `not-sent`:
 * certainly not sent, and to be tried again.
 */
export type DigestOutcome = 'unconcerned' | 'sent' | 'settled' | 'taken' | 'refused' | 'unsettled' | 'not-sent';

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
  const key = {
    subscriber: subscriber.subscriber,
    digest: digestKey(message.droppedAt, message.delivery, message.revision),
  };
  const { own, told } = await ports.digests.recordOf(key);
  const standing = own && standingOutcome(own, settings, invocation.now());
  if (standing) return standing;
  // Composed before it is claimed: what fails up to here leaves no claim behind.
  const raw = await composeMail(market, settings, {
    subscriber,
    holdings,
    lastTold: told?.droppedAt,
    boundary: createHash('sha256').update(`${key.subscriber} ${key.digest}`).digest('base64url'),
    date: new Date(invocation.now()),
  });
  if (own) ports.warn('claim was never settled, sending again', { ...key, claimedAt: own.claimedAt });
  for (let throttles = 0; ; throttles++) {
    // Waits before the claim: an invocation that ends while it waits leaves no doubt behind.
    if (!(await ports.mailer.turn(invocation.deadline))) return 'not-sent';
    const claim = claimOf(key, message, invocation);
    if (!(await ports.digests.claim(claim, throttles === 0 ? own : undefined))) return 'taken';
    const tags = { [MailTag.subscriber]: key.subscriber, [MailTag.digest]: toTag(key.digest) };
    const outcome = await ports.mailer.send({ to: subscriber.address, raw, tags });
    if (outcome.status !== 'throttled' || throttles === MAX_THROTTLES) return record(ports, key, outcome);
    await ports.digests.release(key);
  }
}

/** Puts into the ledger what became of a claimed mail. */
async function record(
  { digests, warn }: Pick<FanOutPorts, 'digests' | 'warn'>,
  key: Pick<DigestRecord, 'subscriber' | 'digest'>,
  outcome: SendOutcome,
): Promise<DigestOutcome> {
  if (outcome.status === 'sent') {
    await digests.markSent(key, outcome.messageId);
    return 'sent';
  }
  const details = { subscriber: key.subscriber, reason: outcome.reason };
  switch (outcome.status) {
    case 'refused':
      warn('mail refused', details);
      await digests.markRefused(key, outcome.reason);
      return 'refused';
    case 'unknown':
      warn('mail may have been sent', details);
      return 'unsettled';
    default:
      warn('mail not sent', details);
      await digests.release(key);
      return 'not-sent';
  }
}

/** What a record in the ledger says already; undefined where its claim has stayed unsettled for too long. */
function standingOutcome(
  { state, claimedAt }: DigestRecord,
  { claimSettlesAfter }: FanOutSettings,
  now: number,
): DigestOutcome | undefined {
  if (state !== 'claimed') return 'settled';
  return now - Date.parse(claimedAt) < claimSettlesAfter * 1000 ? 'unsettled' : undefined;
}

const claimOf = (
  key: Pick<DigestRecord, 'subscriber' | 'digest'>,
  { droppedAt }: Refreshed,
  { id, now }: Invocation,
): DigestRecord => ({
  ...key,
  state: 'claimed',
  droppedAt,
  claimedBy: id,
  claimedAt: new Date(now()).toISOString(),
  expiresAt: Math.floor(now() / 1000) + LEDGER_DAYS * 86_400,
});
