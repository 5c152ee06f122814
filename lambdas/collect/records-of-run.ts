import { type CollectRequest, runIdOf, runKeys } from '../contracts/collect.ts';
import { barJson } from '../domain/collect/bar-json.ts';
import type { FlatRecord } from '../domain/collect/provider.ts';
import { RunTally } from '../domain/collect/run-tally.ts';
import { keptBatches } from './ask-batches.ts';
import { priceAnswers } from './gather-prices.ts';
import { planOf } from './plan-run.ts';
import type { CollectPorts } from './ports.ts';
import { recordsIn } from './write-records.ts';

/** What a run that has ended collected, from its kept answers: bars with their instant and phase, or records of its dataset. */
export async function recordsOfRun(
  ports: CollectPorts,
  request: CollectRequest,
): Promise<(FlatRecord | ReturnType<typeof barJson>)[]> {
  const plan = planOf(request);
  const { context } = plan;
  const keys = await ports.records.list(runKeys(request.provider, runIdOf(request)).answers);
  const answers = { read: () => keptBatches(ports, keys) };
  const run = { ports, request, tally: new RunTally(request), context, answers };
  if (plan.kind === 'records') return recordsIn(run, plan.endpoint);
  const found: ReturnType<typeof barJson>[] = [];
  for (const goal of plan.goals.filter(({ isBeside }) => !isBeside))
    for await (const { bars } of priceAnswers(run, plan.endpoint, goal))
      found.push(...bars.map((bar) => barJson(bar, context.calendar)));
  return found;
}
