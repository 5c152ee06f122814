import type { AlertRule, ConditionOf } from '../../contracts/alert.ts';
import { addDays, longDate } from '../../contracts/dates.ts';
import { formatCount, formatPair, formatPrice } from '../../contracts/format.ts';
import type { Observation } from '../prices/fold.ts';
import { since, times } from './condition-text.ts';
import type { AlertInputs, Numbers } from './inputs.ts';
import { baseOf, thresholdNow } from './judge.ts';
import type { Fire } from './replay.ts';
import { numbersFor, scaleSince } from './rule.ts';

/** What happened, and the numbers that made it true. */
export type FireText = { what: string; why: string };

/** The sentences of a fire. `what` follows the ticker: `closed at 318.20, above 310.00`. */
export function fireText(rule: AlertRule, fire: Fire, inputs: AlertInputs): FireText {
  const { condition } = rule;
  const session = inputs.sessions[fire.at];
  if (!session) return { what: '', why: '' };
  const { close } = session;
  const numbers = numbersFor(rule, inputs);
  switch (condition.kind) {
    case 'price':
      return priceText(condition, rule, fire, inputs);
    case 'change':
      return changeText(condition, fire, session, inputs);
    case 'volume': {
      const { volume, sum, count } = numbers.volume(fire.at) ?? { volume: 0, sum: 1, count: 1 };
      const mean = sum / count;
      return {
        what: `traded ${formatCount(volume)} shares, ${times(volume / mean)} times its mean`,
        why: `mean of the 20 sessions before: ${formatCount(mean)}; alert at ${times(condition.factor)} times`,
      };
    }
    case 'range': {
      const before = inputs.sessions[numbers.extreme(condition.side, fire.at) ?? -1];
      const [own, other] = formatPair(close, before?.close ?? close);
      return {
        what: `closed at ${own}, a new 52-week ${condition.side}`,
        why: before ? `the ${condition.side} before: ${other} on ${longDate(before.date)}` : '',
      };
    }
    case 'average':
      return averageText(condition, fire, session, numbers);
    case 'rsi':
      return {
        what: `closed at ${formatPrice(close)}; RSI (14) ${condition.direction === 'above' ? 'rose' : 'fell'} to ${(numbers.rsi(fire.at) ?? 0).toFixed(1)}`,
        why: `alert at ${condition.level} or ${condition.direction}`,
      };
  }
}

function priceText(condition: ConditionOf<'price'>, rule: AlertRule, fire: Fire, inputs: AlertInputs): FireText {
  const session = inputs.sessions[fire.at];
  const before = inputs.sessions[fire.at - 1];
  const threshold = thresholdNow(condition, rule, inputs);
  const [close, limit] = formatPair(session?.close ?? '', threshold);
  const isScaled = threshold !== condition.threshold;
  const rescaled = isScaled
    ? `your ${formatPrice(condition.threshold)} of ${longDate(rule.start.date)} ${rescaledBy(rule, inputs)}`
    : '';
  if (!before) return { what: `closed at ${close}, ${beyond(condition.direction, close, limit)}`, why: rescaled };
  return {
    what: `closed at ${close}, ${beyond(condition.direction, close, limit)}`,
    why: [
      isGap(condition, threshold, rule.band, before.close, session?.close ?? '')
        ? `gapped from ${formatPrice(before.close)} to ${close}`
        : `${formatPair(before.close, threshold)[0]} on ${longDate(before.date)}`,
      rescaled,
    ]
      .filter(Boolean)
      .join('; '),
  };
}

const rescaledBy = ({ start }: AlertRule, { series }: AlertInputs): string =>
  scaleSince(start, series).split === 1 ? 'before the vendor rescaled its closes' : 'before the split';

const beyond = (direction: 'above' | 'below', close: string, limit: string): string =>
  close === limit ? 'your threshold' : `${direction} ${limit}`;

/** True if the close jumped over the band on both sides of the threshold. */
function isGap(
  { direction }: ConditionOf<'price'>,
  threshold: string,
  band: number,
  from: string,
  to: string,
): boolean {
  const [limit, width] = [Number(threshold), (Number(threshold) * band) / 100];
  const [low, high] = direction === 'above' ? [from, to] : [to, from];
  return Number(low) < limit - width && Number(high) > limit + width;
}

function changeText(condition: ConditionOf<'change'>, fire: Fire, session: Observation, inputs: AlertInputs): FireText {
  const base = inputs.sessions[baseOf(condition, fire.at, fire.bases) ?? -1];
  const move = base ? Math.abs(Number(session.close) / Number(base.close) - 1) * 100 : 0;
  const direction = fire.side === 1 ? 'up' : 'down';
  return {
    what: `closed at ${formatPrice(session.close)}, ${direction} ${percent(move, condition.percent)} ${sinceBase(condition, fire, base, session)}`,
    why: base ? `from ${closeOn(base)}; alert at ${condition.percent} %` : '',
  };
}

/** A weekend and holidays. */
const DAYS_OF_A_DAY = 5;

/** A move since the close before is one of a day only if that close is not old. */
function sinceBase(
  { base: kind }: ConditionOf<'change'>,
  { bases }: Fire,
  base: Observation | undefined,
  { date }: Observation,
): string {
  if (kind === 'last-fire' && bases.lastFire === undefined) return since('start');
  const isOld = base !== undefined && addDays(base.date, DAYS_OF_A_DAY) < date;
  return kind === 'previous' && isOld ? 'since the close before' : since(kind);
}

/** One decimal; more if the threshold would look missed. */
const percent = (value: number, threshold: number): string =>
  `${Number(value.toFixed(1)) < threshold ? value.toFixed(3).replace(/0+$/, '') : value.toFixed(1)} %`;

function averageText(
  { fast, slow, direction }: ConditionOf<'average'>,
  fire: Fire,
  session: Observation,
  numbers: Numbers,
): FireText {
  const [faster, slower] = [averageOf(numbers, fast, fire.at), averageOf(numbers, slow, fire.at)];
  const close = formatPrice(session.close);
  if (fast === 1)
    return { what: `closed at ${close}, ${direction} its ${slow}-session average`, why: `average: ${slower}` };
  return {
    what: `closed at ${close}; its ${fast}-session average crossed ${direction} the ${slow}-session average`,
    why: `averages: ${faster} and ${slower}`,
  };
}

const averageOf = (numbers: Numbers, n: number, at: number): string =>
  formatPrice((Number(numbers.sum(n, at) ?? 0n) / 1e18 / n).toFixed(6));

const closeOn = ({ close, date }: Pick<Observation, 'close' | 'date'>): string =>
  `${formatPrice(close)} on ${longDate(date)}`;
