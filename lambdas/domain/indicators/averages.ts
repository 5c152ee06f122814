/** Values of an indicator, one for each input; undefined as long as there is not enough input. */
export type Indicator = (number | undefined)[];

/** Simple moving average over `n` values: from index n - 1 on. Each is summed anew: a running sum would keep the error of a huge value. */
export const sma = (values: readonly number[], n: number): Indicator =>
  values.map((_, i) => (i >= n - 1 ? mean(values.slice(i - n + 1, i + 1)) : undefined));

/**
 * Exponential moving average over `n` values, as TA-Lib: its first value, at index `first`, is the mean of the n values up to there; each
 * later one moves by 2 / (n + 1) towards the new value.
 * @param first at least n - 1
 */
export function ema(values: readonly number[], n: number, first = n - 1): Indicator {
  const weight = 2 / (n + 1);
  let average: number | undefined;
  return values.map((value, i) => {
    if (i === first) average = mean(values.slice(first - n + 1, first + 1));
    else if (average !== undefined) average += weight * (value - average);
    return average;
  });
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
