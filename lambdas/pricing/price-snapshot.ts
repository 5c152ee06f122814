import { gunzipSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { addDays } from '../contracts/dates.ts';
import { parseDeliveryId } from '../contracts/delivery-id.ts';
import { changeList, type Refreshed } from '../contracts/refreshed.ts';
import type { ChartWindow, Theme } from '../contracts/subscriber.ts';
import { chartModel } from '../domain/chart/chart-model.ts';
import type { Series } from '../domain/prices/series.ts';
import type { FanOutPorts, FanOutSettings } from '../fan-out/ports.ts';
import { TickerView } from './ticker-prices.ts';

/** The longest window, and the 50 trading days before it that the slow average needs. */
const LOOK_BACK_DAYS = 365 + 80;
/** Some 50 KB each. */
const MAX_TICKERS = 1_500;
/** The clocks of two functions may differ by this much. */
const CLOCK_SKEW_MS = 1_000;
/** Some 35 KB each. */
const MAX_CHARTS = 4_000;

type MarketPorts = Pick<FanOutPorts, 'prices' | 'renderChart' | 'warn'> & { now(): number };
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
  readonly #views = new LRUCache<string, Promise<TickerView>>({ max: MAX_TICKERS });
  readonly #charts = new LRUCache<string, Promise<Drawn>>({ max: MAX_CHARTS });
  #read = 0;
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

  /** True where the delivery speaks of the ticker; whether it changes anything, its view tells. */
  isMentioned(ticker: string): boolean {
    return this.#mentioned.has(ticker);
  }

  /**
   * One ticker as it stands. All that a mail says of it is to come from one view, for the next may be another.
   * @param since instant (ISO) of the last mail to its reader; where the view was read before, the ticker is read again
   */
  async view(ticker: string, since?: string): Promise<TickerView> {
    const reading = this.#view(ticker);
    const view = await reading;
    if (since === undefined || Date.parse(since) + CLOCK_SKEW_MS < view.readAt) return view;
    if (this.#views.peek(ticker) === reading) this.#views.delete(ticker);
    const again = await this.#view(ticker);
    if (!again.isSameAs(view)) return again;
    // As a rule nothing has come in meanwhile, and the charts stay.
    view.readAt = again.readAt;
    this.#views.set(ticker, reading);
    return view;
  }

  /** A chart that can't be drawn is told of and comes without a picture. */
  chart({ id, ticker }: TickerView, series: Series, window: ChartWindow, theme: Theme): Promise<Drawn> {
    return memoized(this.#charts, `${window} ${theme} ${id}`, async () => {
      const model = chartModel(series, window, theme);
      try {
        const png = await this.#ports.renderChart(model);
        this.#drawn++;
        return { png, alt: model.description };
      } catch (error) {
        this.#ports.warn('chart not drawn', { ticker, window, theme, error });
        return { png: undefined, alt: model.description };
      }
    });
  }

  #view = (ticker: string): Promise<TickerView> => memoized(this.#views, ticker, () => this.#readTicker(ticker));

  async #readTicker(ticker: string): Promise<TickerView> {
    const from = lookBackYear(parseDeliveryId(this.#message.delivery).fileDate);
    const recent = await this.#query(ticker, from);
    // What fell silent some time ago still has a chart of its last days. With fan-out far behind, it may have fallen
    // silent at the time of the message only.
    const isWhole = recent.lastDates.every((date) => date !== undefined && lookBackYear(date) >= from);
    return isWhole ? recent : this.#query(ticker, '0');
  }

  async #query(ticker: string, fromYear: string): Promise<TickerView> {
    const readAt = this.#ports.now();
    const segments = await this.#ports.prices.segmentsOf(ticker, fromYear);
    const mention = this.isMentioned(ticker) ? this.#message : undefined;
    return new TickerView({
      id: this.#read++,
      ticker,
      segments,
      readAt,
      mention,
      suspectMove: this.#settings.suspectMove,
    });
  }
}

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
