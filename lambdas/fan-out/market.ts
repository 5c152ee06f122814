import { gunzipSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { parseDeliveryId } from '../contracts/delivery-id.ts';
import { RETIRED_YEAR, revisionKey } from '../contracts/keys.ts';
import { changeList, type Refreshed } from '../contracts/refreshed.ts';
import type { ChartWindow, Theme } from '../contracts/subscriber.ts';
import { chartModel } from '../domain/chart/chart-model.ts';
import { type Correction, corrections } from '../domain/digest/corrections.ts';
import {
  hasChanged,
  hasShownUndone,
  observationsShown,
  observationsThen,
  type ShownTicker,
  segmentsToName,
} from '../domain/digest/knowledge.ts';
import { fold, type Observation } from '../domain/fold/fold.ts';
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
  readonly #undone = new LRUCache<string, Promise<boolean>>({ max: MAX_ANSWERS });
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
      const { without, withIt } = await this.#folded(ticker);
      return hasChanged(without, withIt, window);
    });
  }

  /**
   * True where a mail showed what an earlier revision of this delivery wrote that died half-way, and other closes
   * stand in the window now: no revision is mailed for it otherwise.
   */
  undoesShown(ticker: string, window: ChartWindow, shown: ShownTicker): Promise<boolean> {
    if (!this.isMentioned(ticker)) return Promise.resolve(false);
    return memoized(this.#undone, memoKey(ticker, window, shown), async () => {
      const { versions, series } = await this.#folded(ticker);
      if (!hasShownUndone(versions, shown, this.#message.delivery)) return false;
      return hasChanged(observationsShown(versions, shown), series?.observations ?? [], window);
    });
  }

  /** The segments of a ticker that a mail composed now shows, for its record in the ledger. */
  async shown(ticker: string): Promise<string[]> {
    return segmentsToName((await this.#folded(ticker)).versions, revisionKey(this.#message));
  }

  /** @param shown what the mail showed that the subscriber was sent last */
  corrections(ticker: string, window: ChartWindow, shown: ShownTicker): Promise<Correction[]> {
    return memoized(this.#corrections, memoKey(ticker, window, shown), async () => {
      const { series, versions, isRetired } = await this.#folded(ticker);
      // That a ticker is retired is news, and no correction of its closes.
      if (isRetired) return [];
      return corrections(ticker, observationsShown(versions, shown), series?.observations ?? [], window);
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
    const from = lookBackYear(parseDeliveryId(this.#message.delivery).fileDate);
    const recent = await this.#query(ticker, from);
    // What fell silent some time ago still has a chart of its last days. With fan-out far behind, it may have fallen
    // silent at the time of the message only.
    const known = this.isMentioned(ticker) ? [recent.without, recent.withIt] : [];
    const lasts = [recent.series?.observations ?? [], ...known].map((observations) => observations.at(-1)?.date);
    const isWhole = lasts.every((date) => date !== undefined && lookBackYear(date) >= from);
    return isWhole ? recent : this.#query(ticker, '0');
  }

  async #query(ticker: string, fromYear: string): Promise<Folded> {
    const { standing, versions } = await this.#ports.prices.segmentsOf(ticker, fromYear);
    const series = seriesOf(ticker, fold(standing), this.#settings.suspectMove);
    const isRetired = !series && standing.some(({ year }) => year === RETIRED_YEAR);
    if (!this.isMentioned(ticker)) return { versions, series, isRetired, without: [], withIt: [] };
    const finished = versions.filter(({ isUnfinished }) => !isUnfinished);
    const own = revisionKey(this.#message);
    return {
      versions,
      series,
      isRetired,
      without: observationsThen(finished, (revision) => revision < own),
      withIt: observationsThen(finished, (revision) => revision <= own),
    };
  }
}

type Folded = {
  versions: StoredSegment[];
  series: Series | undefined;
  /** True where nothing stands since the vendor has retired the ticker. */
  isRetired: boolean;
  /**
   * The ticker without and with this drop, as it was then: what came in since is told of by its own digest. Empty where the
   * delivery does not mention it.
   */
  without: Observation[];
  withIt: Observation[];
};

const memoKey = (ticker: string, window: ChartWindow, { digest, segments }: ShownTicker): string =>
  `${window} ${digest} ${[...segments].join()} ${ticker}`;

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
