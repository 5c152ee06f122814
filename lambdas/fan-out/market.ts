import { gunzipSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { parseDeliveryId } from '../contracts/delivery-id.ts';
import { RETIRED_YEAR, revisionKey } from '../contracts/keys.ts';
import { changeList, type Refreshed } from '../contracts/refreshed.ts';
import type { ChartWindow, Theme } from '../contracts/subscriber.ts';
import { chartModel } from '../domain/chart/chart-model.ts';
import { type Correction, corrections } from '../domain/digest/corrections.ts';
import { hasChanged, observationsThen } from '../domain/digest/knowledge.ts';
import { fold } from '../domain/fold/fold.ts';
import type { StoredSegment } from '../domain/fold/segment-version.ts';
import { addDays } from '../domain/series/calendar.ts';
import { type Series, seriesOf } from '../domain/series/series.ts';
import type { FanOutPorts, FanOutSettings } from './ports.ts';

/** The longest window, and the 50 trading days before it that the slow average needs. */
const LOOK_BACK_DAYS = 365 + 80;
/** Some 50 KB each. */
const MAX_TICKERS = 1_500;
/** Some 35 KB each. */
const MAX_CHARTS = 4_000;
const MAX_ANSWERS = 20_000;

type MarketPorts = Pick<FanOutPorts, 'prices' | 'renderChart' | 'warn'>;
type MarketSettings = Pick<FanOutSettings, 'suspectMove'>;

/** The prices as a delivery revision leaves them. @throws Error where the revision has no change list */
export async function openMarket(
  ports: MarketPorts & Pick<FanOutPorts, 'records'>,
  settings: MarketSettings,
  message: Refreshed,
): Promise<Market> {
  const bytes = await ports.records.get(message.changes);
  if (!bytes) throw new Error(`Expected a change list at ${message.changes} in the records bucket, found none.`);
  return new Market(ports, settings, message, changeList.parse(JSON.parse(gunzipSync(bytes).toString())));
}

export type Drawn = { png: Buffer | undefined; alt: string };

/**
 * The prices as one invocation sees them: every ticker is queried and folded once, every chart drawn once,
 * however many subscribers share them.
 */
export class Market {
  readonly #ports: MarketPorts;
  readonly #settings: MarketSettings;
  readonly #message: Refreshed;
  readonly #mentioned: ReadonlySet<string>;
  readonly #tickers = new LRUCache<string, Promise<Folded>>({ max: MAX_TICKERS });
  readonly #charts = new LRUCache<string, Promise<Drawn>>({ max: MAX_CHARTS });
  readonly #changed = new LRUCache<string, Promise<boolean>>({ max: MAX_ANSWERS });
  readonly #corrections = new LRUCache<string, Promise<Correction[]>>({ max: MAX_ANSWERS });
  #drawn = 0;

  constructor(ports: MarketPorts, settings: MarketSettings, message: Refreshed, mentioned: readonly string[]) {
    this.#ports = ports;
    this.#settings = settings;
    this.#message = message;
    this.#mentioned = new Set(mentioned);
  }

  /** How many charts were drawn so far. */
  get drawn(): number {
    return this.#drawn;
  }

  /** True where an earlier revision of the delivery was in: what it changes is a correction. */
  get isCorrecting(): boolean {
    return this.#message.replaces ?? false;
  }

  /** True where the delivery speaks of the ticker; whether it changes anything, hasChanged tells. */
  isMentioned(ticker: string): boolean {
    return this.#mentioned.has(ticker);
  }

  /** Undefined where no observation of the ticker stands. */
  async series(ticker: string): Promise<Series | undefined> {
    return (await this.#folded(ticker)).series;
  }

  /** True where anything was ever said of the ticker. */
  async wasReported(ticker: string): Promise<boolean> {
    return (await this.#folded(ticker)).versions.length > 0;
  }

  /** True where the delivery has changed an observation of the ticker inside the window. */
  hasChanged(ticker: string, window: ChartWindow): Promise<boolean> {
    if (!this.isMentioned(ticker)) return Promise.resolve(false);
    return memoized(this.#changed, `${window} ${ticker}`, async () => {
      const { versions } = await this.#folded(ticker);
      const finished = versions.filter(({ isUnfinished }) => !isUnfinished);
      const own = revisionKey(this.#message);
      // With and without this drop, as it was then: what came in since is told of by its own digest.
      const without = observationsThen(finished, (revision) => revision < own);
      const withIt = observationsThen(finished, (revision) => revision <= own);
      return hasChanged(without, withIt, window);
    });
  }

  /** @param since the revision the subscriber was told of last (see revisionKey) */
  corrections(ticker: string, window: ChartWindow, since: string): Promise<Correction[]> {
    return memoized(this.#corrections, `${window} ${since} ${ticker}`, async () => {
      const { series, versions, isRetired } = await this.#folded(ticker);
      // That a ticker is retired is news, and no correction of its closes.
      if (isRetired) return [];
      const told = observationsThen(versions, (revision) => revision <= since);
      return corrections(ticker, told, series?.observations ?? [], window);
    });
  }

  /** A chart that can't be drawn is told of and comes without a picture. */
  chart(series: Series, window: ChartWindow, theme: Theme): Promise<Drawn> {
    return memoized(this.#charts, `${window} ${theme} ${series.ticker}`, async () => {
      const model = chartModel(series, window, theme);
      try {
        const png = await this.#ports.renderChart(model);
        this.#drawn++;
        return { png, alt: model.description };
      } catch (error) {
        this.#ports.warn('chart not drawn', { ticker: series.ticker, window, theme, error });
        return { png: undefined, alt: model.description };
      }
    });
  }

  #folded(ticker: string): Promise<Folded> {
    return memoized(this.#tickers, ticker, () => this.#fold(ticker));
  }

  async #fold(ticker: string): Promise<Folded> {
    const { fileDate } = parseDeliveryId(this.#message.delivery);
    const recent = await this.#query(ticker, lookBackYear(fileDate));
    // One that fell silent some time ago still has a chart of its last days.
    const isWhole = recent.series && lookBackYear(recent.series.last.date) >= lookBackYear(fileDate);
    return isWhole ? recent : this.#query(ticker, '0');
  }

  async #query(ticker: string, fromYear: string): Promise<Folded> {
    const { standing, versions } = await this.#ports.prices.segmentsOf(ticker, fromYear);
    const series = seriesOf(ticker, fold(standing), this.#settings.suspectMove);
    return { versions, series, isRetired: !series && standing.some(({ year }) => year === RETIRED_YEAR) };
  }
}

type Folded = {
  versions: StoredSegment[];
  series: Series | undefined;
  /** True where nothing stands since the vendor has retired the ticker. */
  isRetired: boolean;
};

const lookBackYear = (date: string): string => addDays(date, -LOOK_BACK_DAYS).slice(0, 4);

function memoized<T>(cache: LRUCache<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  // A failure must not be remembered.
  made.catch(() => cache.delete(key));
  return made;
}
