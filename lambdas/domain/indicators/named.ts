import { dayNumber } from '../../contracts/dates.ts';
import { type Indicator, sma } from './averages.ts';
import { macd } from './macd.ts';
import { rsi } from './rsi.ts';

/** Names of indicators, as users write them. */
export const INDICATOR_NAMES = 'smaN, rsiN, macd, change, high52w, low52w';

type Closes = { dates: readonly string[]; closes: readonly number[] };

/**
 * The columns of an indicator by its name: `sma20`, `rsi14`, `macd` (three columns), `change` (from the close before), `high52w`,
 * `low52w`. A value is undefined where there are not enough closes before it.
 * @returns undefined if there is no such indicator
 */
export function namedIndicator(name: string, { dates, closes }: Closes): Record<string, Indicator> | undefined {
  const [, kind, digits = ''] = /^(sma|rsi)(\d{1,3})$/.exec(name) ?? [];
  const n = Number(digits);
  if (kind === 'sma' && n > 0) return { [name]: sma(closes, n) };
  if (kind === 'rsi' && n > 1) return { [name]: rsi(closes, n) };
  if (name === 'macd') {
    const { macd: line, signal, histogram } = macd(closes);
    return { macd: line, macd_signal: signal, macd_histogram: histogram };
  }
  if (name === 'change') return { change: closes.map((close, i) => changeFrom(closes[i - 1], close)) };
  if (name === 'high52w') return { high52w: overYear(dates, closes, (values) => Math.max(...values)) };
  if (name === 'low52w') return { low52w: overYear(dates, closes, (values) => Math.min(...values)) };
  return undefined;
}

const changeFrom = (before: number | undefined, close: number): number | undefined =>
  before === undefined ? undefined : close / before - 1;

const DAYS = 364;

/** The closes of the last 52 weeks, the own one included; undefined while the series is shorter. */
function overYear(
  dates: readonly string[],
  closes: readonly number[],
  of: (values: readonly number[]) => number,
): Indicator {
  const days = dates.map(dayNumber);
  let first = 0;
  return days.map((day, i) => {
    while ((days[first] ?? day) < day - DAYS) first++;
    return day - (days[0] ?? day) >= DAYS ? of(closes.slice(first, i + 1)) : undefined;
  });
}
