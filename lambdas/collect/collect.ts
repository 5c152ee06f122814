import { type CollectRequest, factsOf, paceOf, runIdOf, runKeys } from '../contracts/collect.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import { fault } from '../domain/collect/answers.ts';
import { RunTally } from '../domain/collect/run-tally.ts';
import type { Invocation } from '../runtime/invocation.ts';
import { askBatches } from './ask-batches.ts';
import { checkPrices } from './check-prices.ts';
import { type PlannedRun, planOf } from './plan-run.ts';
import type { CollectPorts } from './ports.ts';
import type { Run } from './run.ts';
import { writePrices } from './write-prices.ts';
import { writeRecords } from './write-records.ts';

/**
 * Collects one run. May be repeated at any point, also at the same time: what was answered is kept and not asked again, and the files are
 * the same. If the invocation ends before, the run is handed on.
 * @returns the record; its state is `running` if the run was handed on
 * @throws Error if the provider does not have the dataset, and errors of the ports
 */
export async function collect(
  ports: CollectPorts,
  request: CollectRequest,
  invocation: Invocation,
): Promise<RunRecord> {
  const { provider: name, settings } = request;
  const plan = planOf(request);
  const { provider, requests, subjects, refused } = plan;
  const now = () => new Date(invocation.now()).toISOString();
  const { startedAt = now() } = request;
  const tally = new RunTally(request);
  for (const { subject, ...reason } of refused) tally.addMissing(subject, reason);
  const progress = { startedAt, planned: requests.length };
  const running = async (answered: number): Promise<RunRecord> => {
    const record = new RunTally(request).record(subjects, { ...progress, answered, files: [] });
    await show(ports, record, request);
    return record;
  };
  const ended = async (answered: number, result: Pick<RunRecord, 'files'> & Partial<RunRecord>): Promise<RunRecord> => {
    const counted = tally.record(subjects, { ...progress, answered, endedAt: now(), files: result.files });
    const record = { ...counted, ...result, ...(await quotaLeft(ports, request, invocation)) };
    const key = runKeys(name, runIdOf(request)).record;
    await ports.records.put(key, JSON.stringify(record, undefined, 2), 'application/json');
    await show(ports, record, request);
    return record;
  };
  const key = provider.auth ? await ports.keys.of(name) : undefined;
  if (provider.auth && key === undefined) {
    const said = `Expected the key of ${factsOf(name).title}, found none. docs/collectors.md says where it goes.`;
    for (const subject of subjects) tally.addMissing(subject, fault('auth', said));
    return ended(0, { files: [] });
  }
  let last = await running(0);
  const asking = { provider, endpoint: plan.endpoint, settings, key, invocation };
  const answers = await askBatches(ports, request, requests, asking, async (answered) => {
    last = await running(answered);
  });
  if (!answers.isComplete) {
    await ports.again.send({ ...request, startedAt });
    return last;
  }
  const run = { ports, request, answers, tally, context: plan.context };
  return ended(requests.length, await written(run, plan));
}

function written(run: Run, plan: PlannedRun): Promise<Pick<RunRecord, 'files'> & Partial<RunRecord>> {
  if (plan.kind === 'records') return writeRecords(run, plan.endpoint, plan.dataset);
  return run.request.role === 'check'
    ? checkPrices(run, plan.endpoint, plan.goals)
    : writePrices(run, plan.endpoint, plan.goals);
}

async function show({ runs, progress }: CollectPorts, record: RunRecord, request: CollectRequest): Promise<void> {
  await runs.put(record, request);
  progress(record);
}

async function quotaLeft(
  { runs }: CollectPorts,
  { provider, settings }: CollectRequest,
  { now }: Invocation,
): Promise<Pick<RunRecord, 'quotaLeft'>> {
  const { perDay } = paceOf(provider, settings);
  if (perDay === undefined) return {};
  const used = await runs.usedOn(provider, new Date(now()).toISOString().slice(0, 10));
  return { quotaLeft: Math.max(0, perDay - used) };
}
