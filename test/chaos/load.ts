import { hash } from 'node:crypto';
import { addDays } from '../../lambdas/contracts/dates.ts';

/** Numbers that look random and are the same for the same seed. */
export class Chance {
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** From 0 up to, and not including, `below`. */
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

/** What the vendor and the operators do at once on one day. */
export type Day = {
  date: string;
  drops: { key: string; content: string }[];
  orders: { what: 'revoked' | 'replayed'; key: string }[];
};

const FIRST_DAY = '2020-01-06';
const TICKERS = Array.from({ length: 160 }, (_, i) => `T${i}`);
/** Those that somebody follows; the feeds share none. */
export const FOLLOWED = { top: TICKERS.slice(0, 12), eu: ['EU-1', 'EU-2', 'EU-3'] };

/** The days of a vendor who makes mistakes, and of operators who take them back. */
export class Load {
  readonly #chance: Chance;
  /** What each file says now; undefined while it is revoked. */
  readonly #files = new Map<string, { content: string; revoked: boolean }>();
  #days = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  contentOf = (key: string): string => this.#files.get(key)?.content ?? '';

  next(): Day {
    const date = addDays(FIRST_DAY, this.#days++);
    const drops = [{ key: `${date}_incremental.csv`, content: this.#closes(date, TICKERS) }];
    const earlier = [...this.#files.keys()].slice(-5);
    if (this.#chance.happens(0.5))
      drops.push({ key: `eu/${date}_incremental.csv`, content: this.#closes(date, FOLLOWED.eu) });
    if (this.#chance.happens(0.2)) drops.push({ key: `us/${date}_incremental.csv`, content: 'of no use' });
    const orders: Day['orders'] = [];
    if (earlier.length > 0 && this.#chance.happens(0.6)) {
      const key = this.#chance.one(earlier);
      const file = this.#files.get(key);
      if (this.#chance.happens(0.5)) drops.push({ key, content: this.#corrected(key) });
      else orders.push({ what: file?.revoked ? 'replayed' : 'revoked', key });
    }
    for (const { key, content } of drops)
      if (content !== 'of no use') this.#files.set(key, { content, revoked: false });
    for (const { what, key } of orders)
      this.#files.set(key, { content: this.contentOf(key), revoked: what === 'revoked' });
    return { date, drops, orders };
  }

  #closes(date: string, tickers: readonly string[]): string {
    const rows = tickers.map((ticker) => `${ticker},${this.#price()},${date},I`);
    // Some rows are bad, fewer than a file may have.
    const bad = this.#chance.some(tickers.slice(0, 4), 0.3).map((ticker) => `${ticker},-1,${date},I`);
    return ['ticker,close,date,action', ...rows, ...(tickers.length > 40 ? bad : [])].join('\n');
  }

  /** The file with some closes mended and some rows left out. */
  #corrected(key: string): string {
    const [header = '', ...rows] = this.contentOf(key).split('\n');
    const kept = rows.filter((row) => !row.includes(',-1,') && !this.#chance.happens(0.02));
    const mended = kept.map((row) =>
      this.#chance.happens(0.05) ? row.replace(/,[\d.]+,/, `,${this.#price()},`) : row,
    );
    return [header, ...mended].join('\n');
  }

  #price = (): string => `${50 + this.#chance.number(10)}.${1 + this.#chance.number(9)}`;
}
