import { addDays } from '../../contracts/dates.ts';
import type { Observation } from './fold.ts';
import { adjusted, declaredSplits, probableSplits, type Split } from './splits.ts';
import { suspectDates } from './suspects.ts';

/** The observations of one ticker with what is derived from them. */
export type Series = {
  ticker: string;
  /** By date, never empty. */
  observations: readonly Observation[];
  last: Observation;
  suspects: ReadonlySet<string>;
  /** The closes on today's scale, see `adjusted`. For charts and changes. */
  adjusted: readonly Observation[];
  /** Declared and probable splits, by date. */
  splits: readonly Split[];
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
  if (!last) return undefined;
  const declared = declaredSplits(observations);
  const scaled = adjusted(observations, declared);
  const suspects = suspectDates(scaled, suspectShare);
  const splits = [...declared, ...probableSplits(scaled, suspects)].sort((a, b) => (a.date < b.date ? -1 : 1));
  return { ticker, observations, last, suspects, adjusted: scaled, splits };
}

/** Index of the first observation on or after `date`. */
export function firstIndexFrom(observations: readonly Observation[], date: string): number {
  const at = observations.findIndex((o) => o.date >= date);
  return at === -1 ? observations.length : at;
}

/** The last close that is not suspect; undefined if there is none. */
export const lastTrusted = ({ observations, suspects }: Series): Observation | undefined =>
  observations.findLast(({ date }) => !suspects.has(date));

/** A change over a number of days may reach this much further back, over a weekend and holidays. Otherwise it is left out. */
const HOLIDAY_DAYS = 5;
/**
 * Relative change of the last close against the trusted close before it; undefined if either is missing, the last is suspect, or the
 * close before is too old: a monthly change is not the change of a day.
 */
export const dayChange = (series: Series): number | undefined => changeOver(series, 1);

/**
 * Relative change of the last close against the last trusted one at least `days` calendar days older; undefined if that is much
 * older, or a probable split lies between.
 */
export function changeOver(
  { adjusted: observations, last, suspects, splits }: Series,
  days: number,
): number | undefined {
  if (suspects.has(last.date)) return undefined;
  const [latest, earliest] = [addDays(last.date, -days), addDays(last.date, -days - HOLIDAY_DAYS)];
  const base = observations.findLast(({ date }) => date <= latest && !suspects.has(date));
  if (!base || base.date < earliest) return undefined;
  const isAcross = splits.some(({ kind, date }) => kind === 'probable' && date > base.date);
  return isAcross ? undefined : Number(last.close) / Number(base.close) - 1;
}
