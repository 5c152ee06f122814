import type { Observation } from './fold.ts';
import { splitRatio } from './splits.ts';

/** A vendor that mixes up units writes a hundred times as much, or a hundredth. */
const UNIT_FACTOR = 100;
/** Observations. A longer block is no mistake. */
const MAX_BLOCK = 60;

/**
 * Dates whose close is suspect: it moved more than `share` against the last trusted close, or like a split, and no next close is near it
 * yet. A split or a real jump is trusted as soon as the next close confirms it. A block of days at 100 times or a hundredth of the
 * closes around it is suspect as a whole.
 * @param observations of one ticker, by date
 * @param share relative move, 0.5 is 50 %
 */
export function suspectDates(observations: readonly Pick<Observation, 'date' | 'close'>[], share: number): Set<string> {
  const suspects = new Set<string>();
  const values = observations.map(({ close }) => Number(close));
  let trusted: number | undefined;
  for (let i = 0; i < values.length; ) {
    const end = trusted === undefined ? i : endOfBlock(values, i, trusted, share);
    const isTrusted = end === i && isNearOrConfirmed(values, i, trusted, share);
    if (isTrusted) trusted = values[i];
    else for (const { date } of observations.slice(i, Math.max(end, i + 1))) suspects.add(date);
    i = Math.max(end, i + 1);
  }
  return suspects;
}

function isNearOrConfirmed(values: readonly number[], at: number, trusted: number | undefined, share: number): boolean {
  const [value = 0, next] = [values[at], values[at + 1]];
  const isNear = trusted === undefined || (moved(trusted, value) <= share && !splitRatio(trusted, value));
  return isNear || (next !== undefined && trusted !== undefined && confirms(next, value, trusted, share));
}

/** True if the next close is near the value, and nearer to it than to the trusted close. */
export const confirms = (next: number, value: number, trusted: number, share: number): boolean =>
  moved(value, next) <= share && Math.abs(Math.log(next / value)) < Math.abs(Math.log(next / trusted));

/** Index behind a block of days in another unit that returns to the scale before; `start` if there is no such block. */
function endOfBlock(values: readonly number[], start: number, trusted: number, share: number): number {
  const first = values[start] ?? 0;
  const factor = [UNIT_FACTOR, 1 / UNIT_FACTOR].find((one) => isUnit(trusted, first, one, share));
  if (factor === undefined) return start;
  for (let i = start + 1; i < Math.min(values.length, start + MAX_BLOCK); i++) {
    const [before, value] = [values[i - 1] ?? 0, values[i] ?? 0];
    if (isUnit(before, value, 1 / factor, share)) return moved(trusted, value) <= share ? i : start;
    if (moved(before, value) > share) return start;
  }
  return start;
}

const isUnit = (before: number, after: number, factor: number, share: number): boolean =>
  moved(before * factor, after) <= share;

const moved = (before: number, after: number): number => Math.abs(after / before - 1);
