import type { Alert, AlertRule, ConditionOf } from '../../contracts/alert.ts';
import type { AlertInputs } from './inputs.ts';
import { baseOf, thresholdNow } from './judge.ts';
import { type RuleState, replay } from './replay.ts';
import { numbersFor } from './rule.ts';

export type AlertState = RuleState | 'muted' | 'expired';

/** What an alert is doing on a date (ISO). @param hasFired true if a mail told that it fired: after a resume the replay does not know */
export function stateOn(
  today: string,
  { expires, mutedUntil }: Alert,
  rule: AlertRule,
  inputs: AlertInputs | undefined,
  hasFired: boolean,
): AlertState {
  if (expires < today) return 'expired';
  if (mutedUntil !== undefined && mutedUntil >= today) return 'muted';
  if (!inputs) return 'unknown';
  const { state, crossings } = replay(rule, inputs);
  return rule.repeat === 'once' && (hasFired || crossings.length > 0) ? 'fired' : state;
}

/** `distance`: what the value lacks to the target, in its unit; zero or less if it is met. */
export type Measure = { value: number; target: number; distance: number; unit: 'percent' | 'points' | 'times' };

/** How far a condition is from coming true on the last session; undefined if its numbers are not known. */
export function measureNow(rule: AlertRule, inputs: AlertInputs): Measure | undefined {
  const { condition } = rule;
  const numbers = numbersFor(rule, inputs);
  const at = inputs.sessions.length - 1;
  const closeAt = (index: number | undefined) => {
    const session = inputs.sessions[index ?? -1];
    return session && Number(session.close);
  };
  switch (condition.kind) {
    case 'price':
      return percentAway(
        closeAt(at),
        Number(thresholdNow(condition, rule, inputs)),
        condition.direction === 'above' ? 1 : -1,
      );
    case 'range':
      return percentAway(closeAt(at), closeAt(numbers.extreme(condition.side, at)), condition.side === 'high' ? 1 : -1);
    case 'average': {
      const [fast, slow] = [condition.fast, condition.slow].map((n) => averageOf(numbers.sum(n, at), n));
      return percentAway(fast, slow, condition.direction === 'above' ? 1 : -1);
    }
    case 'change':
      return changeNow(condition, rule, inputs);
    case 'volume': {
      const found = numbers.volume(at);
      if (!found) return undefined;
      const value = (found.volume * found.count) / found.sum;
      return { value, target: condition.factor, distance: condition.factor - value, unit: 'times' };
    }
    case 'rsi': {
      const value = numbers.rsi(at);
      if (value === undefined) return undefined;
      const side = condition.direction === 'above' ? 1 : -1;
      return { value, target: condition.level, distance: side * (condition.level - value), unit: 'points' };
    }
  }
}

function changeNow(condition: ConditionOf<'change'>, rule: AlertRule, inputs: AlertInputs): Measure | undefined {
  const { percent: target, direction } = condition;
  const at = inputs.sessions.length - 1;
  const first = inputs.firstAfter(rule.after);
  const lastFire = replay(rule, inputs).crossings.at(-1)?.at;
  const base = inputs.sessions[baseOf(condition, at, { start: first > 0 ? first - 1 : undefined, lastFire }) ?? -1];
  const last = inputs.sessions[at];
  if (!last || !base) return undefined;
  const value = (Number(last.close) / Number(base.close) - 1) * 100;
  const wanted = direction === 'either' ? Math.abs(value) : direction === 'up' ? value : -value;
  return { value, target, distance: target - wanted, unit: 'points' };
}

const averageOf = (sum: bigint | undefined, n: number): number | undefined =>
  sum === undefined ? undefined : Number(sum) / 1e18 / n;

const percentAway = (value: number | undefined, target: number | undefined, side: 1 | -1): Measure | undefined =>
  value === undefined || target === undefined
    ? undefined
    : { value, target, distance: side * (target / value - 1) * 100, unit: 'percent' };
