import { COLLECTED_DATASETS } from '../../datasets/collected.ts';
import { PROVIDER } from '../adapters/providers/providers.ts';
import { type CollectRequest, factsOf } from '../contracts/collect.ts';
import type { Dataset } from '../contracts/dataset.ts';
import { calendarAt } from '../domain/collect/market-calendar.ts';
import { pricePlan, type RunPlan, recordPlan } from '../domain/collect/plan.ts';
import type { Endpoint, FlatRecord, PlanContext, PricePart, Provider } from '../domain/collect/provider.ts';

/** A run before anything is asked. */
export type PlannedRun = RunPlan & { provider: Provider; context: PlanContext } & (
    | { kind: 'prices'; endpoint: Endpoint<PricePart> }
    | { kind: 'records'; endpoint: Endpoint<FlatRecord>; dataset: Dataset }
  );

/** What a run asks for, without asking. @throws Error if the provider does not have the dataset */
export function planOf(request: CollectRequest): PlannedRun {
  const { provider: name, dataset } = request;
  const provider = PROVIDER[name];
  const now = Date.parse(request.at);
  const context = { now, calendar: calendarAt(now) };
  const { prices, ...others } = provider.endpoints;
  if (dataset === 'prices') {
    if (!prices) throw noSuch(request);
    return { kind: 'prices', endpoint: prices, provider, context, ...pricePlan(prices, request, context) };
  }
  const endpoint = others[dataset];
  if (!endpoint) throw noSuch(request);
  const plan = recordPlan(endpoint, request, context);
  return { kind: 'records', endpoint, dataset: COLLECTED_DATASETS[dataset], provider, context, ...plan };
}

function noSuch({ provider, dataset }: CollectRequest): Error {
  const { title, datasets } = factsOf(provider);
  return new Error(`Expected one of ${datasets.join(', ')} from ${title}, found ${dataset}.`);
}
