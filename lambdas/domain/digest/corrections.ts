import type { Observation } from '../prices/fold.ts';
import { type Series, windowStart } from '../prices/series.ts';

/** A close a subscriber was told, and what stands now; `now` is undefined where the observation is gone. */
export type Correction = { ticker: string; date: string; was: string; now: string | undefined; isSuspect?: true };

/**
 * What stands differently, inside the window, from what a subscriber was told.
 * @param days window: calendar days of the chart now; shown: of the chart that they were shown
 */
export function corrections(
  ticker: string,
  told: readonly Observation[],
  series: Series | undefined,
  days: { window: number; shown: number },
): Correction[] {
  const toldLast = told.at(-1)?.date;
  if (toldLast === undefined) return [];
  const starts = [windowStart(series?.last.date ?? toldLast, days.window), windowStart(toldLast, days.shown)];
  const from = starts.sort().at(-1) ?? '';
  const now = new Map(series?.observations.map(({ date, close }) => [date, close]));
  return told
    .filter(({ date, close }) => date >= from && now.get(date) !== close)
    .map(({ date, close }) => ({
      ticker,
      date,
      was: close,
      now: now.get(date),
      ...(series?.suspects.has(date) && { isSuspect: true as const }),
    }));
}
