import type { Calendar } from './market-calendar.ts';
import type { PriceRow } from './price-row.ts';
import type { Basis, PricePart } from './provider.ts';
import { declaredRatio, timesRatio } from './ratio.ts';

type Bar = Extract<PricePart, { part: 'bar' }>;
type Split = Extract<PricePart, { part: 'split' }>;

/** What a provider answered about one ticker. */
export type TickerAnswer = {
  ticker: string;
  /** Dates for which it answered: a session among them without a row has no bar. */
  sessions: ReadonlySet<string>;
  rows: ReadonlyMap<string, PriceRow>;
  /** All bars, with raw prices, by date; also that of a session that has not ended. */
  bars: readonly RawBar[];
};

/** A bar with raw prices. `split`: new shares per old from this date on; empty without one. */
export type RawBar = Bar & { split: string };

type Asked = {
  ticker: string;
  from: string;
  to: string;
  /** False if a page or the list of splits is missing. */
  isComplete: boolean;
};

/**
 * What was answered about a ticker, as rows of raw prices. A bar of a session that has not ended is no close, and has no row. Of two
 * bars of one session the later one counts.
 * @returns undefined if the answer says nothing: it has no bar of a session that has ended
 */
export function tickerAnswer(
  asked: Asked,
  parts: readonly PricePart[],
  basis: Basis,
  calendar: Calendar,
): TickerAnswer | undefined {
  const { ticker, from, to, isComplete } = asked;
  const bars = rawBars(asked, parts, basis);
  const rows = new Map<string, PriceRow>();
  for (const bar of bars) if (calendar.isOver(ticker, bar.date)) rows.set(bar.date, rowOf(bar));
  if (rows.size === 0) return undefined;
  const ended = calendar.sessions(ticker, from, to).filter((date) => calendar.isOver(ticker, date));
  return { ticker, sessions: new Set(isComplete ? [...ended, ...rows.keys()] : rows.keys()), rows, bars };
}

function rawBars({ from, to, isComplete }: Asked, parts: readonly PricePart[], basis: Basis): RawBar[] {
  const splits = new Map(parts.filter(isSplit).map((split) => [split.date, split]));
  const bars = new Map<string, Bar>();
  for (const part of parts) {
    if (part.part === 'bar' && part.date >= from && part.date <= to) bars.set(part.date, part);
  }
  const dates = [...bars.keys()].sort();
  // Without the splits nobody knows by what the closes before the last session were divided.
  const usable = basis === 'split-adjusted' && !isComplete ? dates.slice(-1) : dates;
  return usable.flatMap((date) => {
    const bar = bars.get(date);
    const split = splits.get(date);
    if (!bar) return [];
    const raw = basis === 'raw' ? bar : unadjusted(bar, splits);
    return [{ ...raw, split: split ? declaredRatio(split.after, split.before) : '' }];
  });
}

const isSplit = (part: PricePart): part is Split => part.part === 'split';

/** The prices of a bar as they were traded: multiplied by every split after it. Fewer shares were traded then. */
function unadjusted(bar: Bar, splits: ReadonlyMap<string, Split>): Bar {
  let raw = bar;
  for (const { date, after, before } of splits.values()) {
    if (date <= bar.date) continue;
    const price = (value: string) => timesRatio(value, after, before);
    const { open, high, low, volume } = raw;
    raw = {
      ...raw,
      close: price(raw.close),
      ...(open && { open: price(open) }),
      ...(high && { high: price(high) }),
      ...(low && { low: price(low) }),
      ...(volume && { volume: timesRatio(volume, before, after, 0) }),
    };
  }
  return raw;
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
