import { LRUCache } from 'lru-cache';
import type { PricesTable } from '../adapters/prices-table.ts';
import type { RenamedTicker } from '../adapters/tickers-table.ts';
import type { ChartWindow, Theme } from '../contracts/chart-options.ts';
import { addDays } from '../contracts/dates.ts';
import { parseDeliveryId } from '../contracts/delivery-id.ts';
import type { Refreshed } from '../contracts/refreshed.ts';
import type { AlertMarks } from '../domain/alerts/alert-marks.ts';
import { type ChartCaption, captionOf } from '../domain/chart/caption.ts';
import { chartModel } from '../domain/chart/chart-model.ts';
import type { RenderChart } from '../domain/chart/render-chart.ts';
import { type Base64Lines, base64Lines } from '../domain/mail/picture.ts';
import type { Series } from '../domain/prices/series.ts';
import { readTicker } from './read-ticker.ts';
import { TickerSnapshot } from './ticker-snapshot.ts';

/** The longest window, and the 50 trading days before it that the slow average needs. */
const LOOK_BACK_DAYS = 365 + 80;
/** About 50 KB each. */
export const MAX_TICKERS = 1_500;
/** About 50 KB each. */
export const MAX_PICTURES = 4_000;
/** A few hundred bytes each. */
const MAX_VERDICTS = 100_000;
/** Clocks of two functions differ by at most this. */
const CLOCK_SKEW_MS = 1_000;

export type SnapshotPorts = {
  prices: Pick<PricesTable, 'segmentsOf'>;
  renderChart: RenderChart;
  warn: (message: string, details: Record<string, unknown>) => void;
  now: () => number;
};

/** `suspectMove`: relative move above which a close is suspect. */
export type SnapshotSettings = { suspectMove: number };

/** The revision that the snapshot is about. */
export type Announced = Pick<Refreshed, 'delivery' | 'revision' | 'knownAt' | 'changes' | 'replaces'>;

type ChartLook = { window: ChartWindow; theme: Theme; marks: AlertMarks };

/** A PNG in base64 (undefined if drawing failed) and what the mail says about it. */
export type DrawnChart = { lines: Base64Lines | undefined; caption: ChartCaption };

/** The prices as one invocation needs them: each ticker is read and folded once, each chart drawn once, for all subscribers. */
export class PriceSnapshot {
  readonly #ports: SnapshotPorts;
  readonly #settings: SnapshotSettings;
  readonly #announced: Announced;
  /** The change list, and other names of its tickers. */
  readonly #changed: ReadonlySet<string>;
  readonly #tickers = cacheOf<TickerSnapshot>(MAX_TICKERS);
  readonly #charts = cacheOf<DrawnChart>(MAX_PICTURES);
  readonly #verdicts = cacheOf<boolean>(MAX_VERDICTS);
  #reads = 0;
  #drawn = 0;

  /** @param renames pairs of names that were ever connected */
  constructor(
    ports: SnapshotPorts,
    settings: SnapshotSettings,
    announced: Announced,
    changed: readonly string[],
    renames: readonly RenamedTicker[],
  ) {
    this.#ports = ports;
    this.#settings = settings;
    this.#announced = announced;
    this.#changed = withOtherNames(changed, renames);
  }

  /** Number of charts drawn so far. */
  get drawn(): number {
    return this.#drawn;
  }

  /** File date (ISO) of the announced delivery. */
  get fileDate(): string {
    return parseDeliveryId(this.#announced.delivery).fileDate;
  }

  /** True if the revision replaced an earlier applied one: its changes are corrections. */
  get isCorrecting(): boolean {
    return this.#announced.replaces ?? false;
  }

  /** False if the revision changed no segment of the ticker. Whether an observation changed is for its snapshot to decide. */
  mayHaveChanged(ticker: string): boolean {
    return this.#changed.has(ticker);
  }

  /**
   * The current state of one ticker. One mail must use one snapshot of a ticker, since the next read may differ.
   * @param since ISO instant of the subscriber's last mail; an older snapshot is read again
   * @param from ISO date from which observations are needed, if that is earlier than charts need them
   */
  async ticker(ticker: string, since?: string, from?: string): Promise<TickerSnapshot> {
    const reading = this.#cached(ticker, from);
    const read = await reading;
    if (from === undefined || read.fromYear <= from.slice(0, 4)) return this.#fresh(ticker, read, since);
    // Another mail may have read more in the meantime.
    if (this.#tickers.peek(ticker) === reading) this.#tickers.delete(ticker);
    return this.ticker(ticker, since, from);
  }

  async #fresh(ticker: string, snapshot: TickerSnapshot, since: string | undefined): Promise<TickerSnapshot> {
    const reading = this.#tickers.peek(ticker);
    if (since === undefined || Date.parse(since) + CLOCK_SKEW_MS < snapshot.readAt) return snapshot;
    if ((await reading) === snapshot) this.#tickers.delete(ticker);
    const again = await this.#cached(ticker, `${snapshot.fromYear.padStart(4, '0')}-01-01`);
    if (!again.isSameAs(snapshot)) return again;
    // Usually nothing changed, and the charts of the first snapshot stay valid.
    snapshot.readAt = again.readAt;
    this.#tickers.set(ticker, Promise.resolve(snapshot));
    return snapshot;
  }

  /** Remembers an answer for all subscribers: most need no ticker to be read again. */
  verdict = (question: string, answer: () => Promise<boolean>): Promise<boolean> =>
    memoizedRead(this.#verdicts, question, answer);

  /** Draws the chart of a ticker. A failure is logged, and the mail has its words only. */
  chart({ id, ticker }: TickerSnapshot, series: Series, look: ChartLook): Promise<DrawnChart> {
    const { window, theme, marks } = look;
    const key = `${window} ${theme} ${id} ${marks.thresholds.join()} ${marks.fires.join()}`;
    return memoizedRead(this.#charts, key, async () => {
      const model = chartModel(series, window, theme, { marks });
      try {
        const png = await this.#ports.renderChart(model, 'mail');
        this.#drawn++;
        return { lines: base64Lines(png), caption: captionOf(model) };
      } catch (error) {
        this.#ports.warn('chart not drawn', { ticker, window, theme, error });
        return { lines: undefined, caption: captionOf(model) };
      }
    });
  }

  #cached = (ticker: string, from = '9999-12-31'): Promise<TickerSnapshot> =>
    memoizedRead(this.#tickers, ticker, () => this.#read(ticker, from.slice(0, 4)));

  async #read(ticker: string, neededYear: string): Promise<TickerSnapshot> {
    const chartYear = lookBackYear(parseDeliveryId(this.#announced.delivery).fileDate);
    const from = neededYear < chartYear ? neededYear : chartYear;
    const recent = await this.#query(ticker, from);
    // If the last close is too old for these years (now, or just before or after the revision), all years are read: a ticker without
    // recent closes still gets a chart of its last days. Prices may differ from those at the revision if fan-out is late.
    const isEnough = recent.areLastDates((date) => date !== undefined && lookBackYear(date) >= from);
    return isEnough ? recent : this.#query(ticker, '0');
  }

  async #query(ticker: string, fromYear: string): Promise<TickerSnapshot> {
    const readAt = this.#ports.now();
    const segments = await readTicker(this.#ports.prices, ticker, fromYear);
    const revision = this.mayHaveChanged(ticker) ? this.#announced : undefined;
    const { suspectMove } = this.#settings;
    return new TickerSnapshot({ id: this.#reads++, ticker, fromYear, segments, readAt, revision, suspectMove });
  }
}

/** Adds every name that is connected with one of the tickers. */
function withOtherNames(tickers: readonly string[], renames: readonly RenamedTicker[]): Set<string> {
  const all = new Set(tickers);
  for (let before = -1; before < all.size; ) {
    before = all.size;
    for (const pair of renames) if (pair.some((name) => all.has(name))) for (const name of pair) all.add(name);
  }
  return all;
}

/** The calendar year from which segments are needed for charts that end on a date. */
const lookBackYear = (date: string): string => addDays(date, -LOOK_BACK_DAYS).slice(0, 4);

type Cache<T> = LRUCache<string, Promise<T>>;

/** A cache that grows up to so many entries: `max` would allocate all of them at once. */
const cacheOf = <T>(entries: number): Cache<T> => new LRUCache({ maxSize: entries, sizeCalculation: () => 1 });

function memoizedRead<T>(cache: Cache<T>, key: string, make: () => Promise<T>): Promise<T> {
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const made = make();
  cache.set(key, made);
  // Do not cache a failure.
  made.catch(() => cache.delete(key));
  return made;
}
