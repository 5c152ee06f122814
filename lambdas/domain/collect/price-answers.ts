import type { Calendar } from './market-calendar.ts';
import type { PriceRow } from './price-row.ts';
import type { Endpoint, PricePart } from './provider.ts';
import { declaredRatio, float32TimesRatio, timesRatio } from './ratio.ts';

type Bar = Extract<PricePart, { part: 'bar' }>;
type Split = Extract<PricePart, { part: 'split' }>;

/** What a provider answered about one ticker. */
export type TickerAnswer = {
  ticker: string;
  /** Dates for which it answered: a session among them without a row has no bar. */
  sessions: ReadonlySet<string>;
  rows: ReadonlyMap<string, PriceRow>;
  /** True if a row without a split means that there was none. */
  knowsSplits: boolean;
  /** By how much a close may differ from the one that was traded, since the provider divides and rounds: date → currency. */
  tolerances: ReadonlyMap<string, number>;
  /** All bars, with raw prices, by date; also that of a session that has not ended. */
  bars: readonly RawBar[];
};

/** A bar with raw prices. `split`: new shares per old from this date on; empty without one. */
export type RawBar = Bar & { split: string; tolerance: number };

/** How an API writes prices. */
type PriceScale = Pick<Endpoint<PricePart>, 'basis' | 'hasSplits' | 'hasGaps' | 'isFloat32'>;

type Asked = {
  ticker: string;
  from: string;
  to: string;
  /** False if a page, a row or the list of splits is missing, or cannot be read. */
  isComplete: boolean;
  /** The date at the exchange when the provider was asked (ISO): later splits are only announced. */
  askedOn: string;
};

/**
 * What was answered about a ticker, as rows of raw prices. A bar of a session that has not ended is no close, and has no row.
 * @returns undefined if the answer says nothing: it has no bar of a session that has ended
 */
export function tickerAnswer(
  asked: Asked,
  parts: readonly PricePart[],
  endpoint: PriceScale,
  calendar: Calendar,
): TickerAnswer | undefined {
  const { ticker, from, to, isComplete } = asked;
  const { hasSplits = false, hasGaps = false } = endpoint;
  const bars = rawBars(asked, parts, endpoint, calendar);
  const ended = bars.filter(({ date }) => calendar.isOver(ticker, date));
  if (ended.length === 0) return undefined;
  const rows = new Map(ended.map((bar) => [bar.date, rowOf(bar)]));
  const sessions = calendar.sessions(ticker, from, to).filter((date) => calendar.isOver(ticker, date));
  return {
    ticker,
    sessions: new Set(isComplete && !hasGaps ? [...sessions, ...rows.keys()] : rows.keys()),
    rows,
    knowsSplits: isComplete && hasSplits,
    tolerances: new Map(ended.filter(({ tolerance }) => tolerance > 0).map(({ date, tolerance }) => [date, tolerance])),
    bars,
  };
}

function rawBars(
  { ticker, from, to, isComplete, askedOn }: Asked,
  parts: readonly PricePart[],
  { basis = 'raw', isFloat32 = false, hasSplits = false }: PriceScale,
  calendar: Calendar,
): RawBar[] {
  const splits = new Map(
    parts.filter((part) => isSplit(part) && part.date <= askedOn).map((split) => [split.date, split as Split]),
  );
  const bars = new Map<string, Bar>();
  for (const part of parts) {
    if (part.part === 'bar' && part.date >= from && part.date <= to) bars.set(part.date, part);
  }
  // Without the splits nobody knows by what the closes before the last session were divided.
  const isUsable = (date: string) =>
    basis === 'raw' || (isComplete && hasSplits) || date >= calendar.lastSession(ticker);
  return [...bars.values()]
    .filter(({ date }) => isUsable(date))
    .sort((a, b) => (a.date < b.date ? -1 : 1))
    .map((bar) => {
      const split = splits.get(bar.date);
      const raw = basis === 'raw' ? { ...bar, tolerance: 0 } : unadjusted(bar, splits, isFloat32);
      return { ...raw, split: split ? declaredRatio(split.after, split.before) : '' };
    });
}

const isSplit = (part: PricePart): part is Split => part.part === 'split';

/** Adjusted prices have at least two decimals, and are rounded to them. */
const MIN_PLACES = 2;

/** The prices of a bar as they were traded: multiplied by every split after it. Fewer shares were traded then. */
function unadjusted(bar: Bar, splits: ReadonlyMap<string, Split>, isFloat32: boolean): Bar & { tolerance: number } {
  const later = [...splits.values()].filter(({ date }) => date > bar.date);
  if (later.length === 0) return { ...bar, tolerance: 0 };
  const product = (values: readonly string[]) => String(values.reduce((all, value) => all * Number(value), 1));
  const after = product(later.map((split) => split.after));
  const before = product(later.map((split) => split.before));
  const price = (value: string) => (isFloat32 ? float32TimesRatio : timesRatio)(value, after, before);
  const { open, high, low, volume } = bar;
  const places = Math.max(MIN_PLACES, bar.close.split('.')[1]?.length ?? 0);
  return {
    ...bar,
    close: price(bar.close),
    ...(open && { open: price(open) }),
    ...(high && { high: price(high) }),
    ...(low && { low: price(low) }),
    ...(volume && { volume: timesRatio(volume, before, after, 0) }),
    tolerance: (Number(after) / Number(before)) * 10 ** -places,
  };
}

const rowOf = ({ ticker, date, close, open = '', high = '', low = '', volume = '', split }: RawBar): PriceRow => ({
  ticker,
  close,
  date,
  action: 'I',
  open,
  high,
  low,
  volume,
  split,
});
