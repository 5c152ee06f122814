import type { AlertRule } from '../../contracts/alert.ts';
import { longDate } from '../../contracts/dates.ts';
import { ratioText } from '../../contracts/format.ts';
import { type AlertInputs, VOLUME_SESSIONS } from './inputs.ts';
import { baseOf } from './judge.ts';
import type { Fire } from './replay.ts';
import { numbersFor } from './rule.ts';

/** `may be a 4:1 split on 9 Jan 2020`, if the numbers of a fire are on both sides of a jump that nobody declared. */
export function splitNote(rule: AlertRule, fire: Fire, inputs: AlertInputs): string {
  const from = firstDateUsed(rule, fire, inputs);
  const split = inputs.series.splits.find(({ kind, date }) => kind === 'probable' && date > from && date <= fire.date);
  return split ? `may be a ${ratioText(split.ratio)} split on ${longDate(split.date)}` : '';
}

/** Sessions that matter for Wilder's averages. */
const RSI_SESSIONS = 70;

/** Date (ISO) of the first close or volume that the numbers of a fire come from. */
function firstDateUsed(rule: AlertRule, { at, bases }: Fire, inputs: AlertInputs): string {
  const { condition, start } = rule;
  const date = (index: number | undefined) => inputs.sessions[Math.max(0, index ?? 0)]?.date ?? '';
  switch (condition.kind) {
    case 'price':
      return start.date;
    case 'change':
      return date(baseOf(condition, at, bases));
    case 'volume':
      return date(at - VOLUME_SESSIONS);
    case 'range':
      return date(numbersFor(rule, inputs).extreme(condition.side, at));
    case 'average':
      return date(at - condition.slow);
    case 'rsi':
      return date(at - RSI_SESSIONS);
  }
}
