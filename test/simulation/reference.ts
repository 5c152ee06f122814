import { windowStart } from '../../lambdas/domain/prices/series.ts';

/**
 * What must come out, worked out the plainest way: every file is kept, and everything is computed anew from all of
 * them whenever it is asked for. Shares nothing with the real thing but the definition of a window.
 */
export class Reference {
  /** Delivery → the rows of its file: ticker, close, date, action. */
  readonly #files = new Map<string, string[][]>();

  /** The delivery as its name says: `eu/2020-01-10_incremental.csv` is eu/2020-01-10.incremental. */
  drop(key: string, content: string): void {
    const [header = '', ...lines] = content.trimEnd().split('\n');
    if (!header.startsWith('ticker,')) return;
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

  /** What stands of a ticker: date → close. */
  standing = (ticker: string): Map<string, string> =>
    new Map((this.#closes().get(ticker) ?? []).map((day) => [day.slice(0, 10), day.slice(11)]));

  /** True where some file retires the ticker, and nothing stands of it. */
  isRetired = (ticker: string): boolean =>
    this.standing(ticker).size === 0 &&
    [...this.#files.values()].flat().some(([name, , date, action]) => name === ticker && action === 'D' && date === '');

  /** Runs a change, and tells which of these subscribers it concerns. */
  concerned(
    change: () => void,
    subscribers: readonly { address: string; tickers: Record<string, { window: number }> }[],
  ): string[] {
    const before = this.#closes();
    change();
    const after = this.#closes();
    const isChanged = (ticker: string, window: number): boolean => {
      const [then, now] = [before.get(ticker) ?? [], after.get(ticker) ?? []];
      const last = now.at(-1) ?? then.at(-1);
      const from = last ? windowStart(last.slice(0, 10), window) : '';
      const inside = (days: string[]) => days.filter((day) => day >= from).join();
      return inside(then) !== inside(now);
    };
    return subscribers
      .filter(({ tickers }) => Object.entries(tickers).some(([ticker, { window }]) => isChanged(ticker, window)))
      .map(({ address }) => address)
      .sort();
  }

  /** Ticker → `date close`, by date. */
  #closes(): Map<string, string[]> {
    const tickers = new Map<string, Map<string, string>>();
    const order = (delivery: string) => {
      const [, feed = '', date = '', kind = ''] = /^(?:(.*)\/)?(\S{10})\.(\w+)$/.exec(delivery) ?? [];
      return `${date} ${kind} ${feed}`;
    };
    const inOrder = [...this.#files].sort(([a], [b]) => (order(a) < order(b) ? -1 : 1));
    for (const [, rows] of inOrder) {
      for (const [ticker = '', close = '', date = '', action = 'I'] of rows) {
        const days = tickers.get(ticker) ?? new Map<string, string>();
        if (action === 'D' && date === '') tickers.delete(ticker);
        else if (action === 'D') days.delete(date);
        else if (Number(close) > 0) tickers.set(ticker, days.set(date, String(Number(close))));
      }
    }
    return new Map(
      [...tickers].map(([ticker, days]) => [ticker, [...days].map(([date, close]) => `${date} ${close}`).sort()]),
    );
  }
}

export const deliveryOf = (key: string): string => key.replace(/_(\w+)\.csv$/, '.$1');
