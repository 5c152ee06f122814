import { hash } from 'node:crypto';
import type { NewCollectRequest } from '../../lambdas/contracts/collect.ts';
import { addDays } from '../../lambdas/contracts/dates.ts';
import type { CommandName } from '../../lambdas/contracts/revision.ts';
import { CALENDARS, sessions } from '../../lambdas/domain/calendar/sessions.ts';
import { barsOf } from '../../local/vendors/market.ts';
import { vendorWorld } from '../../local/vendors/server.ts';

/** Reproducible pseudo-random numbers. */
export class Chance {
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** An integer from 0 to `below` - 1. */
  number(below: number): number {
    const drawn = hash('sha256', `${this.#seed} ${this.#drawn++}`).slice(0, 12);
    return Math.floor((Number.parseInt(drawn, 16) / 2 ** 48) * below);
  }

  happens = (share: number): boolean => this.number(1000) < share * 1000;

  one<T>(items: readonly T[]): T {
    const chosen = items[this.number(items.length)];
    if (chosen === undefined) throw new Error('Expected something to choose from.');
    return chosen;
  }

  some = <T>(items: readonly T[], share: number): T[] => items.filter(() => this.happens(share));
}

/** What vendor and operators do concurrently on one day. */
export type Day = {
  date: string;
  /** `isHeld`: the upload was cut off, and changes nothing. */
  drops: { key: string; content: string; isHeld?: true }[];
  commands: { name: CommandName; key: string }[];
  /** A run of a collector, and the file of a vendor that is like it. */
  collected: { request: NewCollectRequest; key: string; content: string } | undefined;
};

const CUT = Array.from({ length: 30 }, (_, i) => `CUT-${i}`);
const FIRST_DAY = '2020-01-06';
const TICKERS = Array.from({ length: 160 }, (_, i) => `T${i}`);
/** Followed tickers of each feed; the feeds share none. */
export const FOLLOWED = {
  top: TICKERS.slice(0, 12),
  eu: ['EU-1', 'EU-2', 'EU-3'],
  mailed: ['MAIL-1', 'MAIL-2'],
  collected: ['COL-1', 'COL-2', 'COL-3', 'COL-4'],
};

/** Generates the days of a vendor who makes mistakes, and of operators who revoke and replay deliveries. */
export class Load {
  readonly #chance: Chance;
  /** Current content of each file. */
  readonly #files = new Map<string, { content: string; revoked: boolean }>();
  #lastCut: { key: string; content: string } | undefined;
  #days = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  contentOf = (key: string): string => this.#files.get(key)?.content ?? '';

  next(): Day {
    const date = addDays(FIRST_DAY, this.#days++);
    const drops: Day['drops'] = [{ key: `${date}_incremental.csv`, content: this.#closes(date, TICKERS) }];
    const earlier = [...this.#files.keys()].slice(-5);
    drops.push(...this.#ofOtherFeeds(date));
    drops.push(...this.#cutOff(date), ...this.#renamed(date));
    const commands: Day['commands'] = [];
    if (earlier.length > 0 && this.#chance.happens(0.6)) {
      const key = this.#chance.one(earlier);
      const file = this.#files.get(key);
      if (this.#chance.happens(0.5)) drops.push({ key, content: this.#corrected(key) });
      else commands.push({ name: file?.revoked ? 'replay' : 'revoke', key });
    }
    for (const { key, content } of drops)
      if (content !== 'not a CSV file' && !/^(?:cut|renamed|declared)\//.test(key))
        this.#files.set(key, { content, revoked: false });
    for (const { name, key } of commands)
      this.#files.set(key, { content: this.contentOf(key), revoked: name === 'revoke' });
    return { date, drops, commands, collected: this.#collected(date) };
  }

  /** On some days also a file of a second feed, one that is mailed, and one that is no CSV file. */
  #ofOtherFeeds(date: string): Day['drops'] {
    const drops = [
      { key: `eu/${date}_incremental.csv`, content: this.#closes(date, FOLLOWED.eu), share: 0.5 },
      { key: `mailed/${date}_incremental.csv`, content: this.#closes(date, FOLLOWED.mailed), share: 0.5 },
      { key: `us/${date}_incremental.csv`, content: 'not a CSV file', share: 0.2 },
    ];
    return drops.flatMap(({ share, ...drop }) => (this.#chance.happens(share) ? [drop] : []));
  }

  /** What a collector brings on a day with a session, in several batches. */
  #collected(date: string): Day['collected'] {
    if (sessions(CALENDARS.NYSE, date, date).length === 0) return undefined;
    const world = vendorWorld();
    const before = sessions(CALENDARS.NYSE, addDays(date, -10), addDays(date, -1));
    // Earlier sessions were collected on their own days; before the first one they are gaps. The vendor has bars on holidays too.
    const from = this.#days === 1 ? (before.at(-5) ?? '') : addDays(before.at(-1) ?? '', 1);
    const rows = FOLLOWED.collected.flatMap((ticker) =>
      barsOf(ticker, from, date, world).map((bar) => `${ticker},${bar.close},${bar.date},I`),
    );
    const settings = { perMinute: 6_000, batchSize: 1 };
    return {
      request: {
        provider: 'polygon',
        dataset: 'prices',
        subjects: FOLLOWED.collected,
        at: `${date}T23:00:00Z`,
        from: date,
        to: date,
        settings,
      },
      key: `polygon/${date}_incremental.csv`,
      content: ['ticker,close,date,action', ...rows].join('\n'),
    };
  }

  /** A file of a feed of its own, and perhaps the file of the day before again, of which most rows are missing. */
  #cutOff(date: string): Day['drops'] {
    const key = `cut/${date}_incremental.csv`;
    const content = this.#closes(date, CUT);
    const before = this.#lastCut;
    this.#lastCut = { key, content };
    const few = before && { key: before.key, content: before.content.split('\n').slice(0, 8).join('\n') };
    return [{ key, content }, ...(few && this.#chance.happens(0.5) ? [{ ...few, isHeld: true as const }] : [])];
  }

  /** A ticker that has another name each day, which operators declare, and a split of it. */
  #renamed(date: string): Day['drops'] {
    const [before, now] = [`NAME-${this.#days - 1}`, `NAME-${this.#days}`];
    const declared = ['action,ticker,date,value', `R,${now},${date},${before}`, `S,${now},${date},2`];
    return [
      { key: `renamed/${date}_incremental.csv`, content: this.#closes(date, [now]) },
      { key: `declared/${date}_incremental.csv`, content: declared.join('\n') },
    ];
  }

  #closes(date: string, tickers: readonly string[]): string {
    const rows = tickers.map((ticker) => `${ticker},${this.#price()},${date},I`);
    // A few bad rows, below the limit.
    const bad = this.#chance.some(tickers.slice(0, 4), 0.3).map((ticker) => `${ticker},-1,${date},I`);
    return ['ticker,close,date,action', ...rows, ...(tickers.length > 40 ? bad : [])].join('\n');
  }

  /** The file with some closes changed and some rows removed. */
  #corrected(key: string): string {
    const [header = '', ...rows] = this.contentOf(key).split('\n');
    const kept = rows.filter((row) => !row.includes(',-1,') && !this.#chance.happens(0.02));
    const corrected = kept.map((row) =>
      this.#chance.happens(0.05) ? row.replace(/,[\d.]+,/, `,${this.#price()},`) : row,
    );
    return [header, ...corrected].join('\n');
  }

  #price = (): string => `${50 + this.#chance.number(10)}.${1 + this.#chance.number(9)}`;
}
