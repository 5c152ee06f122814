import type { CollectRequest } from '../../contracts/collect.ts';
import { addDays } from '../../contracts/dates.ts';
import { isTicker } from '../../contracts/ticker.ts';
import type { PriceGoal } from './price-targets.ts';
import { priceGoals } from './price-targets.ts';
import type { ApiRequest, Endpoint, PlanContext, Query } from './provider.ts';

/** What a run asks for, in the order of its subjects; requests about all of them come first. */
export type RunPlan = {
  requests: ApiRequest[];
  goals: PriceGoal[];
  subjects: string[];
  /** Subjects that are no tickers, which no file could have, and those that the provider does not have. */
  refused: string[];
};

const bySubject = (a: ApiRequest, b: ApiRequest): number =>
  a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0;

export function pricePlan<R>(endpoint: Endpoint<R>, request: CollectRequest, context: PlanContext): RunPlan {
  const refused = request.subjects.filter((subject) => !isTicker(subject));
  const goals = priceGoals({ ...request, subjects: request.subjects.filter(isTicker) }, context.calendar);
  const asked = goals.filter(({ isBeside }) => !isBeside);
  const requests = asked.flatMap((goal) => endpoint.plan(goal, context)).sort(bySubject);
  return { requests, goals, subjects: [...refused, ...asked.flatMap(({ subjects }) => [...subjects])], refused };
}

export function recordPlan<R>(endpoint: Endpoint<R>, request: CollectRequest, context: PlanContext): RunPlan {
  const given = request.subjects.length > 0 ? request.subjects : (endpoint.subjects ?? []);
  const refused = given.filter((subject) => !isTicker(subject));
  const subjects = [...new Set(given)].filter(isTicker).sort();
  const to = request.to ?? fileDateOf(request);
  const query: Query = { subjects, from: request.from ?? addDays(to, -(endpoint.daysBack ?? 0)), to };
  const requests = endpoint.plan(query, context).sort(bySubject);
  const asked = new Set(requests.map(({ subject }) => subject));
  const unknown = subjects.filter((subject) => !asked.has(subject) && !asked.has(''));
  return { requests, goals: [], subjects, refused: [...refused, ...unknown] };
}

/** The date of the file of a run that collects no prices: that of its plan (UTC). */
export const fileDateOf = ({ at }: Pick<CollectRequest, 'at'>): string => at.slice(0, 10);

/** Requests whose answers are kept together. Those of one subject are never parted. */
export function batchesOf(requests: readonly ApiRequest[], size: number): ApiRequest[][] {
  const batches: ApiRequest[][] = [];
  let batch: ApiRequest[] = [];
  for (const request of requests) {
    if (batch.length >= size && batch.at(-1)?.subject !== request.subject) {
      batches.push(batch);
      batch = [];
    }
    batch.push(request);
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
