import { windowStart } from '../../lambdas/contracts/dates.ts';
import { type Episode, episodesOf, overlaps, type SimpleAlert, trusted } from './reference-alerts.ts';

/**
 * The expected result, computed in the simplest way: every file is kept, and everything is computed from all of them on every call. It
 * shares no code with the product except for the definition of a window.
 */
export class Reference {
  /** Delivery → the rows of its file: ticker, close, date, action; of declarations: action, ticker, date, value. */
  readonly #files = new Map<string, string[][]>();

  /** Adds or replaces a file. */
  drop(key: string, content: string): void {
    const [header = '', ...lines] = content.trimEnd().split('\n');
    if (!header.startsWith('ticker,') && !header.startsWith('action,')) return;
    this.#files.set(
      deliveryOf(key),
      lines.map((line) => line.split(',')),
    );
  }

  revoke(key: string): void {
    this.#files.delete(deliveryOf(key));
  }

  has = (key: string): boolean => this.#files.has(deliveryOf(key));

  copy(): Reference {
    const copy = new Reference();
    for (const [delivery, rows] of this.#files) copy.#files.set(delivery, rows);
    return copy;
  }

  /** `AAPL 2020-01-10 101.25`, sorted. */
  prices(): string[] {
    return [...this.#closes()].flatMap(([ticker, days]) => days.map((day) => `${ticker} ${day}`)).sort();
  }

  /** The current closes of a ticker: date → close. */
  current = (ticker: string): Map<string, string> =>
    new Map((this.#closes().get(ticker) ?? []).map((day) => [day.slice(0, 10), day.slice(11)]));

  /** True if a file retires the ticker, and it has no current close. */
  isRetired = (ticker: string): boolean =>
    this.current(ticker).size === 0 &&
    [...this.#files.values()].flat().some(([name, , date, action]) => name === ticker && action === 'D' && date === '');

  /** Runs a change. @returns addresses of the subscribers whose charts it changes, or whose alerts fire or no longer do */
  concerned(change: () => void, subscribers: readonly Subscriber[]): string[] {
    const before = this.#closes();
    const episodesBefore = new Map(subscribers.map((one) => [one.address, this.#alerts(one)]));
    const declarations = JSON.stringify(this.#declarations());
    change();
    const after = this.#closes();
    const isDeclaration = JSON.stringify(this.#declarations()) !== declarations;
    const isChanged = (ticker: string, window: number): boolean => {
      const [then, now] = [before.get(ticker) ?? [], after.get(ticker) ?? []];
      const last = now.at(-1) ?? then.at(-1);
      const from = last ? windowStart(last.slice(0, 10), window) : '';
      const inside = (days: string[]) => days.filter((day) => day >= from).join();
      // A declaration concerns only who learns a later close by it.
      if (isDeclaration) return (now.at(-1)?.slice(0, 10) ?? '') > (then.at(-1)?.slice(0, 10) ?? '');
      return inside(then) !== inside(now);
    };
    return subscribers
      .filter(
        (one) =>
          Object.entries(one.tickers).some(([ticker, { window }]) => isChanged(ticker, window)) ||
          isNews(episodesBefore.get(one.address) ?? [], this.#alerts(one)),
      )
      .map(({ address }) => address)
      .sort();
  }

  #alerts = ({ alerts = {} }: Subscriber): Episode[][] => Object.values(alerts).map((alert) => this.episodes(alert));

  /** When an alert fired, and the last day on which it was not armed again. Without muted ones. */
  episodes({ ticker, condition, start, mutedUntil = '' }: SimpleAlert): Episode[] {
    if (condition.kind !== 'price') throw new Error('The model knows alerts on prices only.');
    const splits = this.#declarations().flatMap(([action, name, date = '', ratio]) =>
      action === 'S' && name === ticker ? [{ date, ratio: Number(ratio) }] : [],
    );
    const scale = (from: string) => splits.reduce((all, { date, ratio }) => (from < date ? all * ratio : all), 1);
    const closes = trusted(
      [...this.current(ticker)].map(([date, close]) => ({ date, close: Number(close) / scale(date) })),
    );
    const limit = Number(condition.threshold) / scale(start.date);
    return episodesOf(closes, condition.direction === 'below' ? -1 : 1, limit, start.date).filter(
      ({ from }) => from > mutedUntil,
    );
  }

  #declarations = (): string[][] =>
    [...this.#files].filter(([delivery]) => delivery.startsWith('declared/')).flatMap(([, rows]) => rows);

  /** Ticker → `date close`, by date; the same for the old and the new name of a ticker. */
  #closes(): Map<string, string[]> {
    const renames = this.#declarations().filter(([action]) => action === 'R');
    const nameOf = (ticker: string): string => {
      const [, name] = renames.find(([, , , from]) => from === ticker) ?? [];
      return name === undefined ? ticker : nameOf(name);
    };
    const tickers = new Map<string, Map<string, string>>();
    const inOrder = [...this.#files].sort(([a], [b]) => (order(a) < order(b) ? -1 : 1));
    const prices = inOrder.filter(([delivery]) => !delivery.startsWith('declared/')).flatMap(([, rows]) => rows);
    for (const [given = '', close = '', date = '', action = 'I'] of prices) {
      const ticker = nameOf(given);
      const days = tickers.get(ticker) ?? new Map<string, string>();
      if (action === 'D' && date === '') tickers.delete(ticker);
      else if (action === 'D') days.delete(date);
      else if (Number(close) > 0) tickers.set(ticker, days.set(date, String(Number(close))));
    }
    const listed = new Map(
      [...tickers].map(([ticker, days]) => [ticker, [...days].map(([date, close]) => `${date} ${close}`).sort()]),
    );
    for (const [, , , from = ''] of renames) listed.set(from, listed.get(nameOf(from)) ?? []);
    return listed;
  }
}

export type Subscriber = {
  address: string;
  tickers: Record<string, { window: number }>;
  alerts?: Record<string, SimpleAlert> | undefined;
};

/** True if an episode is new, or gone. */
const isNews = (before: Episode[][], after: Episode[][]): boolean =>
  after.some((now, i) => {
    const then = before[i] ?? [];
    const isIn = (one: Episode, all: Episode[]) => all.some((other) => overlaps(one, other));
    return now.some((one) => !isIn(one, then)) || then.some((one) => !isIn(one, now));
  });

/** File date, then history before incremental, then feed. */
function order(delivery: string): string {
  const [, feed = '', date = '', kind = ''] = /^(?:(.*)\/)?(\S{10})\.(\w+)$/.exec(delivery) ?? [];
  return `${date} ${kind} ${feed}`;
}

/** `eu/2020-01-10_incremental.csv` → `eu/2020-01-10.incremental` */
export const deliveryOf = (key: string): string => key.replace(/_(\w+)\.csv$/, '.$1');
