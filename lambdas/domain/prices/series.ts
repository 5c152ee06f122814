import { addDays } from '../../contracts/dates.ts';
import type { Observation } from './fold.ts';
import { suspectDates } from './suspects.ts';

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
 * @returns undefined if there is no observation
 */
export function seriesOf(
  ticker: string,
  observations: readonly Observation[],
  suspectShare: number,
): Series | undefined {
  const last = observations.at(-1);
  return last && { ticker, observations, last, suspects: suspectDates(observations, suspectShare) };
}

/** Index of the first observation on or after `date`. */
export function firstIndexFrom(observations: readonly Observation[], date: string): number {
  const at = observations.findIndex((o) => o.date >= date);
  return at === -1 ? observations.length : at;
}

/** The last close that is not suspect; undefined if there is none. */
export const lastTrusted = ({ observations, suspects }: Series): Observation | undefined =>
  observations.findLast(({ date }) => !suspects.has(date));

/** Relative change of the last close against the trusted close before it; undefined if either is missing or the last is suspect. */
export const dayChange = (series: Series): number | undefined =>
  changeSince(series, ({ date }) => date < series.last.date);

/** Relative change of the last close against the last trusted one at least `days` calendar days older. */
export function changeOver(series: Series, days: number): number | undefined {
  const from = addDays(series.last.date, -days);
  return changeSince(series, ({ date }) => date <= from);
}

function changeSince(
  { observations, last, suspects }: Series,
  isBase: (o: Observation) => boolean,
): number | undefined {
  if (suspects.has(last.date)) return undefined;
  const base = observations.findLast((o) => isBase(o) && !suspects.has(o.date));
  return base && Number(last.close) / Number(base.close) - 1;
}

/** Simple moving average of `values` over `n` points; undefined for the first n - 1 points. */
export function movingAverage(values: readonly number[], n: number): (number | undefined)[] {
  let sum = 0;
  return values.map((value, i) => {
    sum += value - (i >= n ? (values[i - n] ?? 0) : 0);
    return i >= n - 1 ? sum / n : undefined;
  });
}
