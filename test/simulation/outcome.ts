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
    world.subscribers.map(({ undeliverable, resumedAt: _at, pausedAt: _since, ...rest }) => ({
      ...rest,
      why: undeliverable?.why,
    })),
  ),
  mails: sorted(world.mails.map(({ to, mail, raw }) => [to, mail, contentOf(raw)])),
  late: [...world.late].sort(),
  deadLetters: world.deadLetters,
});

/** The same without the texts of mails, for runs in which a mail may be composed after a later delivery was applied. */
export const outcomeWithoutTexts = (world: Simulation): object => ({
  ...outcomeOf(world),
  mails: sorted(world.mails.map(({ to, mail }) => [to, mail])),
});

/** What a fault changes where a function uploads: when a collector asked, when the file came, and the ids of SES that follow from that. */
const TIMES: [RegExp, string][] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'an instant'],
  [/"(askedAt|retries|requests|mean|max)(\\*)": ?\d+/g, '"$1$2":0'],
  [/"ms(\\*)": ?\[[\d,]*\]/g, '"ms$1":[]'],
  // A retry finds the file that the try before it wrote.
  [/"changed(\\*)": ?(?:true|false)/g, '"changed$1":true'],
  // Boundaries follow from the id of a mail, which has the time of the upload.
  [/_NmP-[\w-]+/g, 'a boundary'],
  [/(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])/g, 'an id'],
];

/** The same without times, for runs in which a function uploads: a retry uploads later. */
export const outcomeWithoutTimes = (world: Simulation): object =>
  JSON.parse(
    TIMES.reduce((text, [pattern, instead]) => text.replace(pattern, instead), JSON.stringify(outcomeOf(world))),
  );

const sorted = (items: unknown[]): string[] => items.map((item) => JSON.stringify(item)).sort();

/** A report without the time of its decision. */
const textOf = (key: string, bytes: Uint8Array): string =>
  (key.endsWith('.gz') ? gunzipSync(bytes) : Buffer.from(bytes)).toString().replace(/"decidedAt": "[^"]*"/, '');

/** A mail without its date and id. */
const contentOf = (raw: string): string => raw.replace(/^(Date|Message-ID): .*\r\n/gim, '');
