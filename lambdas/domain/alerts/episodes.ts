import type { AlertRule } from '../../contracts/alert.ts';
import type { ToldFire } from '../../contracts/told-alerts.ts';
import type { AlertInputs } from './inputs.ts';
import { type Fire, fires, isSameEpisode, replay } from './replay.ts';

/** A fire that came to light later than this many sessions is announced only if the condition still holds. */
const MAX_SESSIONS_LATE = 5;

/** One ticker as it was known at several times. Undefined without a close. */
export type Folds = {
  readonly now: AlertInputs;
  /** Just before the revision, and up to it. */
  readonly before: AlertInputs | undefined;
  readonly after: AlertInputs | undefined;
  /** Half a day before the revision: mails about that were sent, or will never be. */
  readonly settled: AlertInputs | undefined;
  /** First date (ISO) of which the revision may have changed a close. */
  readonly firstChanged: string;
};

/** The fires, as they are now, that a mail about the revision may announce: recent ones, and those that it may have added. */
export const candidates = (rule: AlertRule, expires: string, { now, firstChanged }: Folds, recent: string): Fire[] =>
  firesUntil(rule, now, expires).filter(({ date }) => date >= recent || date >= firstChanged);

/**
 * True if the revision added a fire, or if it is recent and was known long before: if no mail told that, an earlier one failed, or a
 * correction made one episode two.
 * @param recent ISO date
 */
export function isFresh(rule: AlertRule, fire: Fire, folds: Folds, recent: string): boolean {
  const isIn = (found: readonly Fire[]) => found.some((one) => isSameEpisode(one, fire));
  const crossings = (inputs: AlertInputs | undefined) => (inputs ? replay(rule, inputs).crossings : []);
  if (!isIn(crossings(folds.after))) return false;
  if (!folds.before || !isIn(fires(rule, folds.before))) return true;
  return fire.date >= recent && isIn(crossings(folds.settled));
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
