import type { Observation } from '../fold/fold.ts';
import { suspectDates } from '../fold/suspects.ts';
import { addDays } from './calendar.ts';

/** The observations of one ticker with what is derived from them. */
export type Series = {
  ticker: string;
  /** By date, never empty. */
  observations: readonly Observation[];
  last: Observation;
  suspects: ReadonlySet<string>;
};

/**
 * @param suspectShare relative move above which a close is suspect (0.5 is 50 %)
 * @returns undefined where no observation stands
 */
export function seriesOf(
  ticker: string,
  observations: readonly Observation[],
  suspectShare: number,
): Series | undefined {
  const last = observations.at(-1);
  return last && { ticker, observations, last, suspects: suspectDates(observations, suspectShare) };
}

/** First date of the window of `days` calendar days that ends with `last`. */
export const windowStart = (last: string, days: number): string => addDays(last, -days);

/** Index of the first observation on or after `date`. */
export function firstIndexFrom(observations: readonly Observation[], date: string): number {
  const at = observations.findIndex((o) => o.date >= date);
  return at === -1 ? observations.length : at;
}

/** Relative change of the last close against the observation before it; undefined for a single one. */
export const dayChange = ({ observations, last }: Series): number | undefined =>
  changeAgainst(observations.at(-2), last);

/** Relative change of the last close against the last one at least `days` calendar days older. */
export const changeOver = ({ observations, last }: Series, days: number): number | undefined => {
  const date = addDays(last.date, -days);
  return changeAgainst(
    observations.findLast((o) => o.date <= date),
    last,
  );
};

const changeAgainst = (before: Observation | undefined, now: Observation): number | undefined =>
  before && Number(now.close) / Number(before.close) - 1;

/** Simple moving average of `values` over `n` points; undefined until there are n of them. */
export function movingAverage(values: readonly number[], n: number): (number | undefined)[] {
  let sum = 0;
  return values.map((value, i) => {
    sum += value - (i >= n ? (values[i - n] ?? 0) : 0);
    return i >= n - 1 ? sum / n : undefined;
  });
}
