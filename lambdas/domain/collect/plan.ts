import type { CollectRequest } from '../../contracts/collect.ts';
import { addDays } from '../../contracts/dates.ts';
import type { PriceGoal } from './price-targets.ts';
import { priceGoals } from './price-targets.ts';
import type { ApiRequest, Endpoint, PlanContext, Query } from './provider.ts';

/** What a run asks for, in the order of its subjects; requests about all of them come first. */
export type RunPlan = { requests: ApiRequest[]; goals: PriceGoal[]; subjects: string[] };

const bySubject = (a: ApiRequest, b: ApiRequest): number =>
  a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0;

export function pricePlan<R>(endpoint: Endpoint<R>, request: CollectRequest, context: PlanContext): RunPlan {
  const goals = priceGoals(request, context.calendar);
  const requests = goals.flatMap((goal) => endpoint.plan(goal, context)).sort(bySubject);
  return { requests, goals, subjects: goals.flatMap(({ subjects }) => [...subjects]) };
}

export function recordPlan<R>(endpoint: Endpoint<R>, request: CollectRequest, context: PlanContext): RunPlan {
  const given = request.subjects.length > 0 ? request.subjects : (endpoint.subjects ?? []);
  const subjects = [...new Set(given)].sort();
  const to = request.to ?? fileDateOf(request);
  const query: Query = { subjects, from: request.from ?? addDays(to, -(endpoint.daysBack ?? 0)), to };
  return { requests: endpoint.plan(query, context).sort(bySubject), goals: [], subjects };
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
