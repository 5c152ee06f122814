import type { AlertRule } from '../../contracts/alert.ts';
import type { ToldFire } from '../../contracts/told-alerts.ts';
import type { AlertInputs } from './inputs.ts';
import { type Fire, fires, isSameEpisode, replay } from './replay.ts';

/** A fire that came to light later than this many sessions is announced only if the condition still holds. */
const MAX_SESSIONS_LATE = 5;

/** One ticker as it was known just before a revision, up to it, and now. Undefined without a close. */
export type Folds = {
  before: AlertInputs | undefined;
  after: AlertInputs | undefined;
  now: AlertInputs;
  /** As it was known half a day before the revision: a mail about that was sent, or will never be. */
  settled: AlertInputs | undefined;
};

/**
 * The fires that a mail may announce, as they are now: those that its revision added, and recent ones that were known long before. If no
 * mail told these, an earlier one failed, or a correction made one episode two.
 * @param recent ISO date
 */
export function fresh(rule: AlertRule, expires: string, folds: Folds, recent: string): Fire[] {
  const { now, after } = folds;
  const isIn = (inputs: AlertInputs | undefined, fire: Fire) =>
    inputs !== undefined && replay(rule, inputs).crossings.some((one) => isSameEpisode(one, fire));
  return firesUntil(rule, now, expires).filter((fire) => {
    if (!isIn(after, fire)) return false;
    return !isIn(folds.before, fire) || (fire.date >= recent && isIn(folds.settled, fire));
  });
}

/** The fires of a rule up to its last date (ISO). */
export const firesUntil = (rule: AlertRule, inputs: AlertInputs, expires: string): Fire[] =>
  fires(rule, inputs).filter(({ date }) => date <= expires);

/** True if a fire is old, and what made it true no longer holds. */
export function isHistory(rule: AlertRule, fire: Fire, inputs: AlertInputs): boolean {
  const sessionsSince = inputs.sessions.length - 1 - fire.at;
  const { crossings, last } = replay(rule, inputs);
  const stillHolds = crossings.at(-1) === fire && last === fire.side;
  return sessionsSince > MAX_SESSIONS_LATE && !stillHolds;
}

/**
 * The episode of a told fire as it is now; undefined if there is none any more. Its dates are followed through every fold since it was
 * told: each correction may have moved them.
 * @param since the folds after each revision since the fire was told, the oldest first
 */
export function episodeNow(
  { rule, date, until }: Pick<ToldFire, 'rule' | 'date' | 'until'>,
  now: AlertInputs | undefined,
  since: () => Iterable<AlertInputs | undefined>,
): Fire | undefined {
  const among = (inputs: AlertInputs | undefined, span: Pick<Fire, 'date' | 'until'>) =>
    inputs && replay(rule, inputs).crossings.find((one) => isSameEpisode(one, span));
  let span: Pick<Fire, 'date' | 'until'> = { date, until };
  const found = among(now, span);
  if (found) return found;
  for (const inputs of since()) span = among(inputs, span) ?? span;
  return among(now, span);
}
