import { type Indicator, mean } from './averages.ts';

/**
 * Relative strength index by Wilder, 0 to 100: from index n on. The averages of gains and losses begin with the mean of the first n
 * changes. Without any change it is 0, as in TA-Lib.
 */
export function rsi(values: readonly number[], n = 14): Indicator {
  const changes = values.slice(1).map((value, i) => value - (values[i] ?? value));
  const gains = changes.map((change) => Math.max(change, 0));
  const losses = changes.map((change) => Math.max(-change, 0));
  let [gain, loss] = [0, 0];
  const found: Indicator = values.length > 0 ? [undefined] : [];
  for (const i of changes.keys()) {
    if (i < n - 1) {
      found.push(undefined);
      continue;
    }
    gain = i === n - 1 ? mean(gains.slice(0, n)) : (gain * (n - 1) + (gains[i] ?? 0)) / n;
    loss = i === n - 1 ? mean(losses.slice(0, n)) : (loss * (n - 1) + (losses[i] ?? 0)) / n;
    found.push(gain + loss === 0 ? 0 : (100 * gain) / (gain + loss));
  }
  return found;
}
