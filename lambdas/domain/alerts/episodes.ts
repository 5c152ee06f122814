import type { AlertRule } from '../../contracts/alert.ts';
import type { ToldFire } from '../../contracts/told-alerts.ts';
import type { AlertInputs } from './inputs.ts';
import { type Fire, fires, isMet, isSameEpisode, replay } from './replay.ts';

/** A fire that came to light later than this many sessions is announced only if the condition still holds. */
const MAX_SESSIONS_LATE = 5;

/** One ticker as it was known just before a revision, up to it, and now. Undefined without a close. */
export type Folds = { before: AlertInputs | undefined; after: AlertInputs | undefined; now: AlertInputs };

/** The fires that a revision added and that are still true, as they are now. */
export function newFires(rule: AlertRule, expires: string, { before, after, now }: Folds): Fire[] {
  if (!after) return [];
  const known = before ? replay(rule, before).crossings : [];
  const added = firesUntil(rule, after, expires).filter((fire) => !known.some((one) => isSameEpisode(one, fire)));
  if (added.length === 0) return [];
  return firesUntil(rule, now, expires).filter((fire) => added.some((one) => isSameEpisode(one, fire)));
}

/** The fires of a rule up to its last date (ISO). */
export const firesUntil = (rule: AlertRule, inputs: AlertInputs, expires: string): Fire[] =>
  fires(rule, inputs).filter(({ date }) => date <= expires);

/** True if a fire is old, and its condition no longer holds. */
export function isHistory(rule: AlertRule, fire: Fire, inputs: AlertInputs): boolean {
  const sessionsSince = inputs.sessions.length - 1 - fire.at;
  return sessionsSince > MAX_SESSIONS_LATE && !isMet(replay(rule, inputs).last);
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
