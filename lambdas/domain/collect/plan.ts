import type { CollectRequest } from '../../contracts/collect.ts';
import { addDays } from '../../contracts/dates.ts';
import { isTicker, tickerFault } from '../../contracts/ticker.ts';
import { fault } from './answers.ts';
import { type PriceGoal, priceGoals } from './price-targets.ts';
import type { ApiRequest, Endpoint, Fault, PlanContext } from './provider.ts';

/** A subject that is not asked for, and why. */
type Refused = Fault & { subject: string };

/** What a run asks for, in the order of its subjects; requests about all of them come first. */
export type RunPlan = { requests: ApiRequest[]; goals: PriceGoal[]; subjects: string[]; refused: Refused[] };

const bySubject = (a: ApiRequest, b: ApiRequest): number =>
  a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0;

export function pricePlan<R>(endpoint: Endpoint<R>, request: CollectRequest, context: PlanContext): RunPlan {
  const subjects = [...new Set(request.subjects)].sort();
  const goals = priceGoals({ ...request, subjects: subjects.filter(isTicker) }, context.calendar);
  const requests = goals
    .filter(({ isBeside }) => !isBeside)
    .flatMap((goal) => endpoint.plan(goal, context))
    .sort(bySubject);
  return { requests, goals, subjects, refused: notAsked(subjects, requests, NO_SESSION) };
}

export function recordPlan<R>(endpoint: Endpoint<R>, request: CollectRequest, context: PlanContext): RunPlan {
  const given = request.subjects.length > 0 ? request.subjects : (endpoint.subjects ?? []);
  const subjects = [...new Set(given)].sort();
  const to = request.to ?? fileDateOf(request);
  const from = request.from ?? addDays(to, -(endpoint.daysBack ?? 0));
  const requests = endpoint.plan({ subjects: subjects.filter(isTicker), from, to }, context).sort(bySubject);
  return { requests, goals: [], subjects, refused: notAsked(subjects, requests, NO_SERIES) };
}

const NO_SESSION = 'no session that has ended is in the range, or the provider does not have its exchange';
const NO_SERIES = 'the provider has no such series';

/** Subjects that no request is about: no file could have them, or there is nothing to ask. */
function notAsked(subjects: readonly string[], requests: readonly ApiRequest[], reason: string): Refused[] {
  const asked = new Set(requests.map(({ subject }) => subject));
  const isAboutAll = asked.size === 1 && asked.has('');
  return subjects.flatMap((subject) => {
    const problem = tickerFault(subject);
    if (problem) return [{ subject, ...fault('shape', `expected ${problem}`) }];
    return asked.has(subject) || isAboutAll ? [] : [{ subject, ...fault('not-found', reason) }];
  });
}

/** The date of the file of a run that collects no prices: that of its plan (UTC). */
export const fileDateOf = ({ at }: Pick<CollectRequest, 'at'>): string => at.slice(0, 10);

/** The requests after `from` whose answers are kept together. Those of one subject are never parted. */
export function nextBatch(requests: readonly ApiRequest[], from: number, size: number): readonly ApiRequest[] {
  const last = requests[from + size - 1]?.subject;
  const end = requests.findIndex(({ subject }, at) => at >= from + size && subject !== last);
  return requests.slice(from, end < 0 ? requests.length : end);
}
