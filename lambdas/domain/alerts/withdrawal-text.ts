import type { AlertRule, Condition } from '../../contracts/alert.ts';
import { longDate } from '../../contracts/dates.ts';
import { formatPair, formatPrice, ratioText } from '../../contracts/format.ts';
import type { ToldFire } from '../../contracts/told-alerts.ts';
import type { Observation } from '../prices/fold.ts';
import { conditionText } from './condition-text.ts';
import type { AlertInputs } from './inputs.ts';
import { judgeOf } from './judge.ts';
import { isMet } from './replay.ts';

/** What the ticker did not do: `close at 310.00 or above`. */
const notDone: Record<Condition['kind'], (text: string) => string> = {
  price: (text) => text.replace('closes', 'close'),
  change: (text) => text.replace('moves', 'move'),
  volume: (text) => text.replace('trades', 'trade'),
  range: (text) => text.replace('closes', 'close'),
  average: (text) => text.replace('closes', 'close').replace('has', 'have'),
  rsi: (text) => text.replace('has', 'have'),
};

/** Why a fire is no longer true: `AAPL did not close at 310.00 or above on 3 Jan 2020; the vendor corrected 312.40 to 302.40`. */
export function withdrawalText(name: string, { rule, date, close }: ToldFire, now: AlertInputs | undefined): string {
  const on = longDate(date);
  const current = now?.series.observations.find((one) => one.date === date);
  const isSuspect = now?.series.suspects.has(date) ?? false;
  if (current && !isSuspect && !isCause(rule, current, close, now))
    return `${name}: the alert of ${on} no longer holds; ${otherReason(rule, date, now)}`;
  const what = notDone[rule.condition.kind](conditionText(rule.condition));
  return `${name} did not ${what} on ${on}; ${reason(close, current?.close)}`;
}

/** True if the corrected close itself no longer meets the condition. Other kinds depend on closes before it, too. */
function isCause(rule: AlertRule, current: Observation, told: string, now: AlertInputs | undefined): boolean {
  if (current.close === told || rule.condition.kind !== 'price' || !now) return false;
  const at = now.sessions.findIndex(({ date }) => date === current.date);
  return !isMet(judgeOf(rule, now)(at, { start: undefined, lastFire: undefined }));
}

/** Why a close that may still meet the condition fires no longer. */
function otherReason({ start }: AlertRule, date: string, now: AlertInputs | undefined): string {
  const split = now?.series.splits.findLast(
    (one) => one.kind === 'declared' && one.closes === 'raw' && one.date > start.date && one.date <= date,
  );
  return split
    ? `a ${ratioText(split.ratio)} split of ${longDate(split.date)} was declared`
    : 'the vendor corrected the closes it came from';
}

function reason(close: string, current: string | undefined): string {
  if (current === undefined) return `the vendor withdrew ${formatPrice(close)}`;
  if (current === close) return `${formatPrice(close)} is suspect now`;
  return `the vendor corrected ${formatPair(close, current).join(' to ')}`;
}
