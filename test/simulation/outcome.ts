import { gunzipSync } from 'node:zlib';
import type { Simulation } from './simulation.ts';

/**
 * All that a run leaves behind. When something happened, by whom it was claimed and how often it was tried is left out:
 * that is what a fault changes.
 */
export const outcomeOf = (world: Simulation): object => ({
  segments: sorted([...world.segments].map(([key, { droppedAt, revision, rows }]) => [key, revision, droppedAt, rows])),
  tickers: [...world.tickers].sort(),
  records: sorted([...world.records].map(([key, bytes]) => [key, textOf(key, bytes)])),
  deliveries: sorted([...world.deliveries.values()].map(({ tick: _tick, changedAt: _changedAt, ...record }) => record)),
  ledger: sorted(
    [...world.digests.values()].map(({ subscriber, digest, state, messageId, reason, deliveredAt, bounce }) => [
      subscriber,
      digest,
      state,
      messageId,
      reason,
      deliveredAt !== undefined,
      bounce?.kind,
    ]),
  ),
  subscribers: sorted(
    world.subscribers.map(({ undeliverable, resumedAt: _at, ...rest }) => ({ ...rest, why: undeliverable?.why })),
  ),
  mails: sorted(world.mails.map(({ to, digest, raw }) => [to, digest, contentOf(raw)])),
  deadLetters: world.deadLetters,
});

/** The same, for runs in which mails may be composed when a later delivery is in already. */
export const outcomeWithoutTexts = (world: Simulation): object => ({
  ...outcomeOf(world),
  mails: sorted(world.mails.map(({ to, digest }) => [to, digest])),
});

const sorted = (items: unknown[]): string[] => items.map((item) => JSON.stringify(item)).sort();

const textOf = (key: string, bytes: Uint8Array): string =>
  (key.endsWith('.gz') ? gunzipSync(bytes) : Buffer.from(bytes)).toString();

/** A mail but for when it was written. */
const contentOf = (raw: string): string => raw.replace(/^(Date|Message-ID): .*\r\n/gim, '');
