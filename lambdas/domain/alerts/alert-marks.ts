import type { Subscriber } from '../../contracts/subscriber.ts';
import { firesUntil } from './episodes.ts';
import type { AlertInputs } from './inputs.ts';
import { thresholdNow } from './judge.ts';
import { ruleOf } from './rule.ts';

/** More lines hide the chart. */
const MAX_LINES = 4;

/** What a chart shows of price alerts: their thresholds (exact decimals), and the dates (ISO) on which they fired. */
export type AlertMarks = { thresholds: readonly string[]; fires: readonly string[] };

export const NO_MARKS: AlertMarks = { thresholds: [], fires: [] };

/** The price alerts of a subscriber on one ticker, under any of its names. */
export function alertMarks(
  subscriber: Pick<Subscriber, 'alerts' | 'pausedUntil' | 'resumedAt'>,
  names: ReadonlySet<string>,
  inputs: AlertInputs,
): AlertMarks {
  const { last } = inputs.series;
  const prices = Object.values(subscriber.alerts ?? {}).flatMap(({ condition, ...alert }) =>
    condition.kind === 'price' && names.has(alert.ticker) && alert.expires >= last.date
      ? [{ ...alert, condition }]
      : [],
  );
  const found = prices.map(({ condition, expires, ...alert }) => {
    const rule = ruleOf({ ...alert, condition }, subscriber);
    const threshold = thresholdNow(condition, rule, inputs);
    return { threshold, away: Math.abs(Number(threshold) / Number(last.close) - 1), rule, expires };
  });
  // The nearest ones: those that fired are among them.
  const shown = found.sort((a, b) => a.away - b.away).slice(0, MAX_LINES);
  const fires = shown.flatMap(({ rule, expires }) => firesUntil(rule, inputs, expires).map(({ date }) => date));
  return {
    thresholds: [...new Set(shown.map(({ threshold }) => threshold))].sort(),
    fires: [...new Set(fires)].sort(),
  };
}
