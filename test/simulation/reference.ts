import { windowStart } from '../../lambdas/contracts/dates.ts';

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

  /** Runs a change. @returns addresses of the subscribers whose charts it changes */
  concerned(
    change: () => void,
    subscribers: readonly { address: string; tickers: Record<string, { window: number }> }[],
  ): string[] {
    const before = this.#closes();
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
      .filter(({ tickers }) => Object.entries(tickers).some(([ticker, { window }]) => isChanged(ticker, window)))
      .map(({ address }) => address)
      .sort();
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

/** File date, then history before incremental, then feed. */
function order(delivery: string): string {
  const [, feed = '', date = '', kind = ''] = /^(?:(.*)\/)?(\S{10})\.(\w+)$/.exec(delivery) ?? [];
  return `${date} ${kind} ${feed}`;
}

/** `eu/2020-01-10_incremental.csv` → `eu/2020-01-10.incremental` */
export const deliveryOf = (key: string): string => key.replace(/_(\w+)\.csv$/, '.$1');
