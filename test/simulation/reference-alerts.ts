import type { Condition } from '../../lambdas/contracts/alert.ts';

/** Alerts on prices in the simplest way. It shares no code with the product. */

export type Episode = { from: string; until: string };
export type SimpleAlert = {
  ticker: string;
  condition: Condition;
  start: { date: string };
  mutedUntil?: string | undefined;
};

type Close = { date: string; close: number };

export const overlaps = (a: Episode, b: Episode): boolean => a.from <= b.until && b.from <= a.until;

const BAND = 0.005;

const isFar = (a: number, b: number): boolean => a > 2 * b || b > 2 * a;

/** Leaves out a close that is far from the one before, unless the next one is near it. */
export function trusted(closes: readonly Close[]): Close[] {
  const found: Close[] = [];
  for (const [i, one] of closes.entries()) {
    const [before, next] = [found.at(-1), closes[i + 1]];
    if (!before || !isFar(before.close, one.close) || (next && !isFar(one.close, next.close))) found.push(one);
  }
  return found;
}

/** @param sign 1 for an alert above the limit, -1 below */
export function episodesOf(closes: readonly Close[], sign: 1 | -1, limit: number, start: string): Episode[] {
  const found: Episode[] = [];
  let state: 'unknown' | 'waits' | 'armed' | 'fired' = 'unknown';
  for (const { date, close } of closes) {
    const isTrue = sign * (close - limit) >= 0;
    const isArmed = sign * (close - limit * (1 - sign * BAND)) < 0;
    if (date <= start || state === 'unknown') state = isTrue ? 'waits' : 'armed';
    else if (isArmed) state = 'armed';
    else if (isTrue && state === 'armed') {
      state = 'fired';
      found.push({ from: date, until: date });
    }
    const last = found.at(-1);
    if (state === 'fired' && last) last.until = date;
  }
  return found;
}
