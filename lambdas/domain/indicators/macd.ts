import { ema, type Indicator } from './averages.ts';

export type Macd = { macd: Indicator; signal: Indicator; histogram: Indicator };

/**
 * Moving average convergence and divergence, as TA-Lib: all three from index slow + signal - 2 on (33 for 12, 26 and 9). Both averages
 * have their first value at index slow - 1, so the fast one begins with the mean of the `fast` values up to there.
 */
export function macd(values: readonly number[], { fast = 12, slow = 26, signal: smooth = 9 } = {}): Macd {
  const start = slow - 1;
  const [fastest, slowest] = [ema(values, fast, start), ema(values, slow, start)];
  const line = values.map((_, i) => difference(fastest[i], slowest[i]));
  const known = line.flatMap((value) => (value === undefined ? [] : [value]));
  const smoothed = ema(known, smooth);
  const signal: Indicator = values.map((_, i) => smoothed[i - start]);
  return {
    macd: line.map((value, i) => (signal[i] === undefined ? undefined : value)),
    signal,
    histogram: values.map((_, i) => difference(line[i], signal[i])),
  };
}

const difference = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a - b;
