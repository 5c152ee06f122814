import type { Observation } from './fold.ts';

/**
 * Dates whose close is suspect: it moved more than `share` against the last trusted close, and no next close is near it yet. A split
 * or a real jump is trusted as soon as the next close confirms it.
 * @param observations of one ticker, by date
 * @param share relative move, 0.5 is 50 %
 */
export function suspectDates(observations: readonly Pick<Observation, 'date' | 'close'>[], share: number): Set<string> {
  const suspects = new Set<string>();
  let trusted: number | undefined;
  observations.forEach(({ date, close }, i) => {
    const value = Number(close);
    const next = observations[i + 1];
    const isNear = trusted === undefined || moved(trusted, value) <= share;
    const isConfirmed = next !== undefined && moved(value, Number(next.close)) <= share;
    if (isNear || isConfirmed) trusted = value;
    else suspects.add(date);
  });
  return suspects;
}

const moved = (before: number, after: number): number => Math.abs(after / before - 1);
