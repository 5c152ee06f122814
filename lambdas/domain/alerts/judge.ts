import type { AlertRule, ConditionOf } from '../../contracts/alert.ts';
import { exact } from '../indicators/exact.ts';
import { divided } from '../prices/splits.ts';
import type { AlertInputs, Numbers } from './inputs.ts';
import { numbersFor, scaleSince } from './rule.ts';

/** 1 above or up, -1 below or down. */
export type Side = 1 | -1;

/** `clear`: not met, and beyond the re-arm band. `near`: not met, but inside the band. */
export type Verdict = Side | 'near' | 'clear';

/** Indexes of the sessions that moves are measured from. */
export type Bases = {
  /** The last session at the start; undefined if there is none. */
  start: number | undefined;
  /** The session of the last fire. */
  lastFire: number | undefined;
};

/** Tells whether a condition is met on a session (index); undefined if its numbers are not known. */
export type Judge = (at: number, bases: Bases) => Verdict | undefined;

/** Per cent with up to four decimals become whole numbers of this many to the one. */
const PARTS = 1_000_000n;
const PARTS_OF_PERCENT = 10_000;

/**
 * The judge of a rule over one series. It uses no session before the warm-up, however many were read: what else was read must not
 * change a verdict.
 */
export function judgeOf(rule: AlertRule, all: AlertInputs): Judge {
  const { condition } = rule;
  const inputs = numbersFor(rule, all);
  switch (condition.kind) {
    case 'price':
      return priceJudge(condition, rule, all);
    case 'change':
      return changeJudge(condition, rule, inputs);
    case 'volume':
      return volumeJudge(condition, rule, inputs);
    case 'range':
      return rangeJudge(condition, rule, inputs);
    case 'average':
      return averageJudge(condition, rule, inputs);
    case 'rsi':
      return (at) => {
        const value = inputs.rsi(at);
        const side = condition.direction === 'above' ? 1 : -1;
        return value === undefined
          ? undefined
          : sided(side, value, condition.level, condition.level - side * rule.band);
      };
  }
}

/** The threshold of a price alert on the scale of the series, an exact decimal. */
export function thresholdNow(
  { threshold }: ConditionOf<'price'>,
  { start }: AlertRule,
  { series }: AlertInputs,
): string {
  const { split, rescale, places } = scaleSince(start, series);
  if (split * rescale === 1) return threshold;
  const scaled = divided(threshold, split * rescale);
  // The vendor rounded its closes: 310.01 divided by 4 is 77.50.
  return rescale === 1 ? scaled : trimmed(Number(scaled).toFixed(places));
}

const trimmed = (decimal: string): string => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal);

function priceJudge(condition: ConditionOf<'price'>, rule: AlertRule, all: AlertInputs): Judge {
  const threshold = exact(thresholdNow(condition, rule, all));
  const inputs = numbersFor(rule, all);
  const side = condition.direction === 'above' ? 1 : -1;
  return (at) => {
    const close = inputs.close(at);
    return close === undefined ? undefined : against(side, close, threshold, rule.band);
  };
}

/** Volume and mean are compared as whole numbers: a factor has two decimals. */
function volumeJudge({ factor }: ConditionOf<'volume'>, { band }: AlertRule, inputs: Numbers): Judge {
  return (at) => {
    const found = inputs.volume(at);
    if (!found) return undefined;
    const threshold = Math.round(factor * 100) * found.sum;
    return sided(1, found.volume * found.count * 100, threshold, threshold * (1 - band / 100));
  };
}

function changeJudge(condition: ConditionOf<'change'>, { band }: AlertRule, inputs: Numbers): Judge {
  const percent = Math.round(condition.percent * PARTS_OF_PERCENT);
  const [met, clear] = [BigInt(percent), BigInt(Math.round(percent * (1 - band / 100)))];
  return (at, bases) => {
    const [close, base] = [inputs.close(at), inputs.close(baseOf(condition, at, bases) ?? -1)];
    if (close === undefined || base === undefined) return undefined;
    const move = (close - base) * PARTS;
    if (condition.direction !== 'down' && move >= base * met) return 1;
    if (condition.direction !== 'up' && -move >= base * met) return -1;
    const isClear =
      (condition.direction === 'down' || move < base * clear) && (condition.direction === 'up' || -move < base * clear);
    return isClear ? 'clear' : 'near';
  };
}

/** Index of the session that a move is measured from; undefined if there is none. */
export function baseOf({ base }: ConditionOf<'change'>, at: number, { start, lastFire }: Bases): number | undefined {
  if (base === 'previous') return at - 1;
  if (base === 'start') return start;
  if (base === 'last-fire') return lastFire ?? start;
  return at - base.sessionsAgo;
}

/** A new high is above all closes of the 52 weeks before; it re-arms a band below the highest of them. */
function rangeJudge({ side: of }: ConditionOf<'range'>, { band }: AlertRule, inputs: Numbers): Judge {
  const side = of === 'high' ? 1 : -1;
  return (at) => {
    const [close, extreme] = [inputs.close(at), inputs.close(inputs.extreme(of, at) ?? -1)];
    if (close === undefined || extreme === undefined) return undefined;
    const verdict = against(side, close, extreme, band);
    return close === extreme ? 'near' : verdict;
  };
}

/** Averages of n and m closes are compared as sums, the one times m, the other times n. */
function averageJudge({ direction, fast, slow }: ConditionOf<'average'>, { band }: AlertRule, inputs: Numbers): Judge {
  const side = direction === 'above' ? 1 : -1;
  return (at) => {
    const [faster, slower] = [inputs.sum(fast, at), inputs.sum(slow, at)];
    if (faster === undefined || slower === undefined) return undefined;
    const [value, threshold] = [faster * BigInt(slow), slower * BigInt(fast)];
    // Strictly on both sides: equal is neither.
    return value === threshold ? undefined : against(side, value, threshold, band);
  };
}

/** Met at the threshold or beyond; clear if it is further than `band` per cent of the threshold on the other side. */
function against(side: Side, value: bigint, threshold: bigint, band: number): Verdict {
  const distance = BigInt(side) * (value - threshold);
  if (distance >= 0n) return side;
  return -distance * PARTS > threshold * BigInt(Math.round(band * PARTS_OF_PERCENT)) ? 'clear' : 'near';
}

const sided = (side: Side, value: number, threshold: number, rearm: number): Verdict =>
  side * (value - threshold) >= 0 ? side : side * (value - rearm) < 0 ? 'clear' : 'near';
