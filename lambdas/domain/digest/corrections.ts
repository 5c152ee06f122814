import { windowStart } from '../../contracts/dates.ts';
import type { Observation } from '../prices/fold.ts';
import { commonFactor } from '../prices/rescaled.ts';
import type { Series } from '../prices/series.ts';

/** A close that a subscriber was mailed (`was`) and the current one (`now`); `now` is undefined if the observation was removed. */
export type Correction = {
  ticker: string;
  /** Of a rescaled history, the last date. */
  date: string;
  was: string;
  now: string | undefined;
  isSuspect?: true;
  /** All closes up to the date were divided by this number; below 1 they were multiplied. */
  dividedBy?: number;
};

/**
 * The closes inside both windows that differ from what a subscriber was mailed.
 * @param displayed observations as the last mail displayed them
 * @param windows calendar days of the current chart, and of the chart in the last mail
 */
export function corrections(
  ticker: string,
  displayed: readonly Observation[],
  series: Series | undefined,
  windows: { current: number; displayed: number },
): Correction[] {
  const lastDisplayed = displayed.at(-1)?.date;
  if (lastDisplayed === undefined) return [];
  const starts = [
    windowStart(series?.last.date ?? lastDisplayed, windows.current),
    windowStart(lastDisplayed, windows.displayed),
  ];
  const from = starts.sort().at(-1) ?? '';
  const current = new Map(series?.observations.map(({ date, close }) => [date, close]));
  const found = displayed
    .filter(({ date, close }) => date >= from && current.get(date) !== close)
    .map(({ date, close }) => ({
      ticker,
      date,
      was: close,
      now: current.get(date),
      ...(series?.suspects.has(date) && { isSuspect: true as const }),
    }));
  const compared = displayed.filter(({ date }) => date >= from && date <= (found.at(-1)?.date ?? ''));
  return (found.length === compared.length && rescaled(found)) || found;
}

/** One line for a history that was rescaled by one factor; undefined if it was not. */
export function rescaled(found: readonly Correction[]): Correction[] | undefined {
  const pairs = found.flatMap(({ was, now }) => (now === undefined ? [] : [{ was, now }]));
  const dividedBy = pairs.length === found.length ? commonFactor(pairs) : undefined;
  const last = found.at(-1);
  return dividedBy !== undefined && last ? [{ ...last, dividedBy }] : undefined;
}
