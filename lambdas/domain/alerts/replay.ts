import type { AlertRule } from '../../contracts/alert.ts';
import type { AlertInputs } from './inputs.ts';
import { type Bases, type Judge, judgeOf, type Side, type Verdict } from './judge.ts';

/** The first session on which a condition came true, and how long it took until the rule was armed again. */
export type Fire = {
  /** ISO date */
  date: string;
  /** Last date (ISO) before the rule was armed again; while it is not, the last session. */
  until: string;
  side: Side;
  /** Index of the session in the inputs, and of the one that the move was measured from (for `change`). */
  at: number;
  bases: Bases;
};

/** `waiting`: it was met at the start already. `unknown`: its numbers are not known yet. */
export type RuleState = 'unknown' | 'waiting' | 'armed' | 'fired';

export type Replay = {
  /** Every crossing, by date, also for a rule that fires once. */
  crossings: Fire[];
  state: RuleState;
  /** The verdict of the last session. */
  last: Verdict | undefined;
};

/** Replays a rule over a series. The same rule is replayed once for each series. */
export const replay = (rule: AlertRule, inputs: AlertInputs): Replay =>
  inputs.once(JSON.stringify(rule), () => replayed(rule, inputs));

/** The fires of a rule over a series, by date: the first crossing, or all. */
export function fires(rule: AlertRule, inputs: AlertInputs): Fire[] {
  const { crossings } = replay(rule, inputs);
  return rule.repeat === 'once' ? crossings.slice(0, 1) : crossings;
}

/** True if both are one episode: a correction may have moved, merged or split it. */
export const isSameEpisode = (a: Pick<Fire, 'date' | 'until'>, b: Pick<Fire, 'date' | 'until'>): boolean =>
  a.date <= b.until && b.date <= a.until;

function replayed(rule: AlertRule, inputs: AlertInputs): Replay {
  const judge = judgeOf(rule, inputs);
  const first = inputs.firstAfter(rule.after);
  const bases: Bases = { start: first > 0 ? first - 1 : undefined, lastFire: undefined };
  const atStart = first > 0 ? judge(first - 1, bases) : undefined;
  // A move or a volume is an event of its own session: it cannot have been true before.
  const isEvent = rule.condition.kind === 'change' || rule.condition.kind === 'volume';
  const stateAtStart = atStart === undefined && isEvent ? 'armed' : stateAfter(atStart);
  const walk: Walk = { rule, judge, bases, state: stateAtStart, crossings: [], last: atStart };
  for (let at = first; at < inputs.sessions.length; at++) step(walk, inputs, at);
  const { crossings, state, last } = walk;
  return { crossings, state, last };
}

type Walk = {
  rule: AlertRule;
  judge: Judge;
  bases: Bases;
  state: RuleState;
  crossings: Fire[];
  last: Verdict | undefined;
};

function step(walk: Walk, inputs: AlertInputs, at: number): void {
  const date = inputs.sessions[at]?.date ?? '';
  walk.bases.start ??= at;
  const verdict = walk.judge(at, walk.bases);
  walk.last = verdict;
  const fire = walk.state === 'fired' ? walk.crossings.at(-1) : undefined;
  if (verdict === undefined) return;
  if (walk.state === 'unknown') walk.state = stateAfter(verdict);
  else if (verdict === 'clear') walk.state = 'armed';
  else if (isMet(verdict) && (walk.state === 'armed' || (fire && fire.side !== verdict)))
    crossed(walk, date, at, verdict);
  // The episode goes on until the rule is armed again.
  if (fire && walk.state === 'fired' && walk.crossings.at(-1) === fire) fire.until = date;
}

function crossed(walk: Walk, date: string, at: number, side: Side): void {
  walk.crossings.push({ date, until: date, side, at, bases: { ...walk.bases } });
  walk.state = 'fired';
  const { condition } = walk.rule;
  if (condition.kind !== 'change' || condition.base !== 'last-fire') return;
  // The move is measured from this close now: it is zero, and the rule is armed.
  walk.bases.lastFire = at;
  walk.state = 'armed';
}

/** A condition that becomes known does not fire: it may have been true for long. */
const stateAfter = (verdict: Verdict | undefined): RuleState =>
  verdict === undefined ? 'unknown' : isMet(verdict) ? 'waiting' : 'armed';

export const isMet = (verdict: Verdict | undefined): verdict is Side => verdict === 1 || verdict === -1;
