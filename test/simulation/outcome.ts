import { gunzipSync } from 'node:zlib';
import type { Simulation } from './simulation.ts';

/** The final state of a run, without times, owners and numbers of tries, which a fault changes. */
export const outcomeOf = (world: Simulation): object => ({
  segments: sorted([...world.segments].map(([key, { knownAt, revision, rows }]) => [key, revision, knownAt, rows])),
  tickers: [...world.tickers].sort(),
  records: sorted([...world.records].map(([key, bytes]) => [key, textOf(key, bytes)])),
  deliveries: sorted(
    [...world.deliveries.values()].map(({ version: _version, changedAt: _changedAt, ...record }) => record),
  ),
  ledger: sorted(
    [...world.ledger.values()].map(({ recipient, kind, key, state, messageId, reason, deliveredAt, bounce }) => [
      recipient,
      kind,
      key,
      state,
      messageId,
      reason,
      deliveredAt !== undefined,
      bounce?.kind,
    ]),
  ),
  told: sorted([...world.told.values()].map(({ writes: _writes, expiresAt: _at, ...record }) => record)),
  subscribers: sorted(
    world.subscribers.map(({ undeliverable, resumedAt: _at, ...rest }) => ({ ...rest, why: undeliverable?.why })),
  ),
  mails: sorted(world.mails.map(({ to, mail, raw }) => [to, mail, contentOf(raw)])),
  deadLetters: world.deadLetters,
});

/** The same without the texts of mails, for runs in which a mail may be composed after a later delivery was applied. */
export const outcomeWithoutTexts = (world: Simulation): object => ({
  ...outcomeOf(world),
  mails: sorted(world.mails.map(({ to, mail }) => [to, mail])),
});

const sorted = (items: unknown[]): string[] => items.map((item) => JSON.stringify(item)).sort();

/** A report without the time of its decision. */
const textOf = (key: string, bytes: Uint8Array): string =>
  (key.endsWith('.gz') ? gunzipSync(bytes) : Buffer.from(bytes)).toString().replace(/"decidedAt": "[^"]*"/, '');

/** A mail without its date and id. */
const contentOf = (raw: string): string => raw.replace(/^(Date|Message-ID): .*\r\n/gim, '');
