import type { Observation } from '../fold/fold.ts';
import { type Series, windowStart } from '../series/series.ts';

/** A close a subscriber was told, and what stands now; `now` is undefined where the observation is gone. */
export type Correction = { ticker: string; date: string; was: string; now: string | undefined };

/** What stands differently, inside the window, from what a subscriber was told. */
export function corrections(
  told: readonly Observation[],
  { ticker, observations, last }: Series,
  window: number,
): Correction[] {
  const from = windowStart(last.date, window);
  const now = new Map(observations.map(({ date, close }) => [date, close]));
  return told
    .filter(({ date, close }) => date >= from && now.get(date) !== close)
    .map(({ date, close }) => ({ ticker, date, was: close, now: now.get(date) }));
}
