import type { Observation } from '../fold/fold.ts';
import { windowStart } from '../series/series.ts';

/** A close a subscriber was told, and what stands now; `now` is undefined where the observation is gone. */
export type Correction = { ticker: string; date: string; was: string; now: string | undefined };

/** What stands differently, inside the window, from what a subscriber was told. */
export function corrections(
  ticker: string,
  told: readonly Observation[],
  standing: readonly Observation[],
  window: number,
): Correction[] {
  const last = standing.at(-1) ?? told.at(-1);
  const from = last ? windowStart(last.date, window) : '';
  const now = new Map(standing.map(({ date, close }) => [date, close]));
  return told
    .filter(({ date, close }) => date >= from && now.get(date) !== close)
    .map(({ date, close }) => ({ ticker, date, was: close, now: now.get(date) }));
}
