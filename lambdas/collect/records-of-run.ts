import { PROVIDER } from '../adapters/providers/providers.ts';
import { type CollectRequest, runIdOf, runKeys } from '../contracts/collect.ts';
import { barJson } from '../domain/collect/bar-json.ts';
import type { Endpoint, FlatRecord } from '../domain/collect/provider.ts';
import { RunTally } from '../domain/collect/run-tally.ts';
import { keptBatches } from './ask-batches.ts';
import { planOf } from './collect.ts';
import type { CollectPorts } from './ports.ts';
import { priceAnswers } from './price-answers.ts';
import { recordsIn } from './write-records.ts';

/** What a run that has ended collected, from its kept answers: bars with their instant and phase, or records of its dataset. */
export async function recordsOfRun(
  ports: CollectPorts,
  request: CollectRequest,
): Promise<(FlatRecord | ReturnType<typeof barJson>)[]> {
  const { goals, context } = planOf(request);
  const { prices, ...others } = PROVIDER[request.provider].endpoints;
  const keys = await ports.records.list(runKeys(request.provider, runIdOf(request)).answers);
  const run = {
    ports,
    request,
    tally: new RunTally(request),
    context,
    answers: { read: () => keptBatches(ports, keys) },
  };
  if (request.dataset !== 'prices') return recordsIn(run, others[request.dataset] as Endpoint<FlatRecord>);
  const found: ReturnType<typeof barJson>[] = [];
  for (const goal of prices ? goals.filter(({ isBeside }) => !isBeside) : [])
    for await (const { bars } of priceAnswers(run, prices as NonNullable<typeof prices>, goal))
      found.push(...bars.map((bar) => barJson(bar, context.calendar)));
  return found;
}
