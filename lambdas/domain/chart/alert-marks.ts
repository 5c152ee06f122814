import type { Subscriber } from '../../contracts/subscriber.ts';
import { firesUntil } from '../alerts/episodes.ts';
import type { AlertInputs } from '../alerts/inputs.ts';
import { thresholdNow } from '../alerts/judge.ts';
import { ruleOf } from '../alerts/rule.ts';

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
  const alerts = Object.values(subscriber.alerts ?? {}).filter(({ ticker }) => names.has(ticker));
  const prices = alerts.flatMap(({ condition, ...alert }) =>
    condition.kind === 'price' ? [{ ...alert, condition }] : [],
  );
  if (prices.length === 0) return NO_MARKS;
  const rules = prices.slice(0, MAX_LINES).map((alert) => ({ ...alert, rule: ruleOf(alert, subscriber) }));
  const thresholds = rules.map(({ condition, rule }) => thresholdNow(condition, rule, inputs));
  const fires = rules.flatMap(({ rule, expires }) => firesUntil(rule, inputs, expires).map(({ date }) => date));
  return { thresholds: [...new Set(thresholds)].sort(), fires: [...new Set(fires)].sort() };
}
