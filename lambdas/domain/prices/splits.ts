import type { Observation } from './fold.ts';

/**
 * A split of one ticker. `declared`: by the vendor's column; it rescales the closes before it if they show it. `probable`: a jump that
 * looks like one; it rescales nothing, and no change is computed across it.
 */
export type Split = {
  /** ISO date of the first close after the split. */
  date: string;
  /** New shares per old: 4 for 4:1, 0.1 for 1:10. */
  ratio: number;
  kind: 'declared' | 'probable';
  /** What the closes around a declared split show: only `raw` ones are rescaled. A probable split is `raw`. */
  closes: 'raw' | 'already adjusted' | 'contradicting';
};

/** A jump this close to n:1 or 1:n is probably a split. */
const TOLERANCE = 0.01;
/** Further from both 1 and its ratio than this factor, the closes contradict a declared split. */
const CONTRADICTION = 1.5;
const MAX_RATIO = 100;

/** The declared splits of a series, by date. */
export function declaredSplits(observations: readonly Observation[]): Split[] {
  return observations.flatMap(({ date, close, split }, i) => {
    const before = observations[i - 1];
    if (!split || !before) return [];
    const ratio = Number(split);
    return [{ date, ratio, kind: 'declared' as const, closes: shown(Number(before.close) / Number(close), ratio) }];
  });
}

/** What the step from the close before to the close after shows, on a log scale. */
function shown(step: number, ratio: number): Split['closes'] {
  const toRatio = Math.abs(Math.log(step / ratio));
  const toOne = Math.abs(Math.log(step));
  if (Math.min(toRatio, toOne) > Math.log(CONTRADICTION)) return 'contradicting';
  return toRatio < toOne ? 'raw' : 'already adjusted';
}

/**
 * The closes on today's scale: those before a declared split that the closes show are divided by its ratio. Rounded to 12 significant
 * digits, since a ratio like 7 does not divide exactly. The same array if there is none.
 */
export function adjusted(observations: readonly Observation[], splits: readonly Split[]): readonly Observation[] {
  const applied = splits.filter(({ kind, closes }) => kind === 'declared' && closes === 'raw');
  if (applied.length === 0) return observations;
  return observations.map((observation) => {
    const factor = applied.reduce((all, { date, ratio }) => (observation.date < date ? all * ratio : all), 1);
    if (factor === 1) return observation;
    const { corrects } = observation;
    return {
      ...observation,
      close: divided(observation.close, factor),
      ...(corrects !== undefined && { corrects: divided(corrects, factor) }),
    };
  });
}

/** A price on another scale, rounded to 12 significant digits. */
export const divided = (close: string, factor: number): string => toDecimal(Number(close) / factor);

/** 12 significant digits without an exponent, at most 18 decimal places. */
function toDecimal(value: number): string {
  const places = Math.min(18, Math.max(0, 11 - Math.floor(Math.log10(value))));
  return value
    .toFixed(places)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/**
 * Jumps that are probably splits, by date.
 * @param observations on today's scale
 * @param suspects dates whose close is not confirmed yet
 */
export function probableSplits(observations: readonly Observation[], suspects: ReadonlySet<string>): Split[] {
  const found: Split[] = [];
  let before: Observation | undefined;
  for (const observation of observations) {
    const ratio = before && splitRatio(Number(before.close), Number(observation.close));
    const isSuspect = suspects.has(observation.date);
    // A suspect close that the next one did not confirm was a mistake.
    const isMistake = isSuspect && observation !== observations.at(-1);
    if (ratio && !isMistake) found.push({ date: observation.date, ratio, kind: 'probable', closes: 'raw' });
    if (!isSuspect) before = observation;
  }
  return found;
}

/** n for a jump within 1 % of n:1, 1/n for 1:n, with whole n from 2 on; undefined for other jumps. */
export function splitRatio(before: number, after: number): number | undefined {
  const step = before / after;
  const n = Math.round(step > 1 ? step : 1 / step);
  const isNear = Math.abs((step > 1 ? step : 1 / step) / n - 1) <= TOLERANCE;
  if (n < 2 || n > MAX_RATIO || !isNear) return undefined;
  return step > 1 ? n : 1 / n;
}
