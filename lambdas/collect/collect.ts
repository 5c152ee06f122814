import { COLLECTED_DATASETS } from '../../datasets/collected.ts';
import { PROVIDER } from '../adapters/providers/providers.ts';
import { type CollectRequest, factsOf, runIdOf, runKeys } from '../contracts/collect.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import { tickerFault } from '../contracts/ticker.ts';
import { fault } from '../domain/collect/answers.ts';
import { calendarAt } from '../domain/collect/market-calendar.ts';
import { pricePlan, type RunPlan, recordPlan } from '../domain/collect/plan.ts';
import type { Endpoint, PlanContext } from '../domain/collect/provider.ts';
import { RunTally } from '../domain/collect/run-tally.ts';
import type { Invocation } from '../runtime/invocation.ts';
import { askBatches } from './ask-batches.ts';
import { checkPrices } from './check-prices.ts';
import type { CollectPorts } from './ports.ts';
import { writePrices } from './write-prices.ts';
import { writeRecords } from './write-records.ts';

/** A run that a provider does not have, or without its key. The message says what to do; a retry does not help. */
class NoSuchRun extends Error {}

/** What a run asks for, without asking. @throws NoSuchRun */
export function planOf(request: CollectRequest): RunPlan & { context: PlanContext } {
  const { provider, dataset } = request;
  const { endpoints } = PROVIDER[provider];
  const { title } = factsOf(provider);
  const now = Date.parse(request.at);
  const context = { now, calendar: calendarAt(now) };
  const { prices } = endpoints;
  const endpoint: Endpoint<never> | undefined = endpoints[dataset] as Endpoint<never> | undefined;
  if (!endpoint)
    throw new NoSuchRun(`Expected one of ${Object.keys(endpoints).join(', ')} from ${title}, found ${dataset}.`);
  const plan =
    dataset === 'prices' && prices ? pricePlan(prices, request, context) : recordPlan(endpoint, request, context);
  return { ...plan, context };
}

/**
 * Collects one run. May be repeated at any point, also at the same time: what was answered is kept and not asked again, and the files are
 * the same. If the invocation ends before, the run is handed on.
 * @returns the record; its state is `running` if the run was handed on
 * @throws NoSuchRun, and errors of the ports
 */
export async function collect(
  ports: CollectPorts,
  request: CollectRequest,
  invocation: Invocation,
): Promise<RunRecord> {
  const { dataset, provider: name, settings } = request;
  const provider = PROVIDER[name];
  const { requests, goals, subjects, refused, context } = planOf(request);
  const keys = runKeys(name, runIdOf(request));
  const endpoint = provider.endpoints[dataset] as Endpoint<unknown>;
  const key = provider.auth ? await ports.keys.of(name) : undefined;
  if (provider.auth && key === undefined)
    throw new NoSuchRun(
      `Expected the key of ${factsOf(name).title}, found none. docs/collectors.md says where it goes.`,
    );
  const startedAt = new Date(invocation.now()).toISOString();
  const planned = requests.length;
  const running = async (answered: number) => {
    const record = new RunTally(request).record(subjects, { startedAt, planned, answered, files: [] });
    await ports.runs.put(record, request);
    ports.progress(record);
    return record;
  };
  const first = await running(0);
  const asking = { provider, endpoint, settings, key, invocation };
  const answers = await askBatches(
    ports,
    request,
    requests,
    asking,
    async (answered) => void (await running(answered)),
  );
  if (!answers.isComplete) {
    await ports.again.send({ ...request, hop: request.hop + 1 });
    return first;
  }
  const tally = new RunTally(request);
  for (const subject of refused) {
    const problem = tickerFault(subject);
    tally.addMissing(
      subject,
      problem ? fault('shape', `expected ${problem}`) : fault('not-found', 'the provider has no such series'),
    );
  }
  const run = { ports, request, answers, tally, context };
  const done = await written();
  const endedAt = new Date(invocation.now()).toISOString();
  const record = {
    ...tally.record(subjects, { startedAt, endedAt, planned, answered: planned, files: done.files ?? [] }),
    ...done,
    ...(await quotaLeft(ports, request, invocation)),
  };
  await ports.records.put(keys.record, JSON.stringify(record, undefined, 2), 'application/json');
  await ports.runs.put(record, request);
  ports.progress(record);
  return record;

  function written(): Promise<Pick<RunRecord, 'files'> & Partial<RunRecord>> {
    const { prices, ...others } = provider.endpoints;
    if (dataset === 'prices' && prices)
      return request.role === 'check' ? checkPrices(run, prices, goals) : writePrices(run, prices, goals);
    const other = dataset === 'prices' ? undefined : others[dataset];
    if (!other || dataset === 'prices') throw new NoSuchRun(`${factsOf(name).title} has no ${dataset}.`);
    return writeRecords(run, other, COLLECTED_DATASETS[dataset]);
  }
}

async function quotaLeft(
  { runs }: CollectPorts,
  { provider }: CollectRequest,
  { now }: Invocation,
): Promise<Pick<RunRecord, 'quotaLeft'>> {
  const { perDay } = factsOf(provider);
  if (perDay === undefined) return {};
  const used = await runs.usedOn(provider, new Date(now()).toISOString().slice(0, 10));
  return { quotaLeft: Math.max(0, perDay - used) };
}
