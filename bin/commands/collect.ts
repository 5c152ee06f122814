import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectQueue } from '../../lambdas/adapters/collect-queue.ts';
import { marketApi } from '../../lambdas/adapters/market-api.ts';
import { ownFiles } from '../../lambdas/adapters/own-files.ts';
import { pricesTable } from '../../lambdas/adapters/prices-table.ts';
import { recordsBucket } from '../../lambdas/adapters/records-bucket.ts';
import { runsTable } from '../../lambdas/adapters/runs-table.ts';
import { collect } from '../../lambdas/collect/collect.ts';
import { planOf } from '../../lambdas/collect/plan-run.ts';
import type { CollectPorts } from '../../lambdas/collect/ports.ts';
import { recordsOfRun } from '../../lambdas/collect/records-of-run.ts';
import { type CollectRequest, factsOf, paceOf, runIdOf } from '../../lambdas/contracts/collect.ts';
import type { RunRecord } from '../../lambdas/contracts/run-record.ts';
import { DEFAULT_STATE, readEndpoints } from '../../local/app/endpoints.ts';
import { keysFrom, keyVariable } from '../api-key-file.ts';
import { COLLECT_USAGE, readCollectOptions } from '../collect-options.ts';
import { commandLine } from '../command-line.ts';
import { type RunningStack, runningStack } from '../running-stack.ts';

/** A local run has no invocation that ends. */
const FOR_EVER_MS = 30 * 86_400_000;
/** A Lambda that collects has this long, and is handed on. */
const HOURS_TO_WAIT = 6;
const BAR = 30;

await commandLine(COLLECT_USAGE, async () => {
  const options = readCollectOptions(process.argv.slice(2), Date.now());
  const { request } = options;
  const { requests, refused } = planOf(request);
  if (requests.length === 0)
    throw new Error(`Nothing would be asked. ${refused.map((one) => `${one.subject}: ${one.message}.`).join(' ')}`);
  if (options['dry-run']) {
    printPlan(request);
    return;
  }
  const stack = await runningStack(options);
  const record = options.aws ? await onAws(stack, request) : await here(stack, options);
  printRun(record);
  if (options.json !== undefined && !options.aws)
    await writeJson(options.json, portsOf(stack, options), record, request);
  if (record.state === 'failed') process.exitCode = 1;
});

/** What a run would ask, and what that costs. */
function printPlan(request: CollectRequest): void {
  const { requests, goals } = planOf(request);
  const { title } = factsOf(request.provider);
  const { perMinute: pace, perDay } = paceOf(request.provider, request.settings);
  for (const { url } of requests.slice(0, 10)) console.log(url);
  if (requests.length > 10) console.log(`… and ${requests.length - 10} more`);
  for (const { fileDate, kind, from, to, subjects } of goals.filter(({ isBeside }) => !isBeside))
    console.log(`${request.provider}/${fileDate}_${kind}: ${subjects.length} tickers, ${from} to ${to}`);
  const days =
    perDay !== undefined && requests.length > perDay
      ? `, and ${Math.ceil(requests.length / perDay)} days, since ${perDay} a day are allowed`
      : '';
  console.log(
    `${requests.length} requests to ${title} at ${pace} a minute: about ${Number((requests.length / pace).toFixed(1))} minutes${days}. Answers with more pages take more. Nothing was asked.`,
  );
}

type Options = ReturnType<typeof readCollectOptions>;

function portsOf({ dynamodb, s3, sqs, resource }: RunningStack, { recorded, state }: Options): CollectPorts {
  const vendors = recorded ? readEndpoints(state ?? DEFAULT_STATE).vendors : undefined;
  if (recorded && vendors === undefined)
    throw new Error('Expected a stack with a recorded vendor, found none. Start it with: npm start -- --collect');
  const keyOf = keysFrom(process.env, '.env');
  return {
    api: marketApi(vendors),
    keys: { of: async (provider) => (recorded ? 'recorded-vendor-key' : keyOf(provider)) },
    files: ownFiles(s3, resource('Drop-Files')),
    records: recordsBucket(s3, resource('Ingest-Records')),
    runs: runsTable(dynamodb, resource('Collectors-Runs')),
    prices: pricesTable(dynamodb, resource('Prices-Prices')),
    again: collectQueue(sqs, resource('Collectors-Planned-Queue')),
    wait: (ms) => sleep(ms),
    random: Math.random,
    progress: printProgress,
  };
}

/** On this machine, with keys of this shell. */
async function here(stack: RunningStack, options: Options): Promise<RunRecord> {
  const { request, recorded } = options;
  const now = Date.now();
  const invocation = { id: runIdOf(request), now: Date.now, deadline: now + FOR_EVER_MS };
  const record = await collect(portsOf(stack, options), request, invocation);
  const hasNoKey = record.requests === 0 && record.missing[0]?.fault === 'auth';
  if (hasNoKey && !recorded)
    throw new Error(
      `${record.missing[0]?.message} Here it is ${keyVariable(request.provider)}, or try it without one: --recorded`,
    );
  return record;
}

/** On AWS the function collects, with the keys of its secret. */
async function onAws({ sqs, dynamodb, resource }: RunningStack, request: CollectRequest): Promise<RunRecord> {
  await collectQueue(sqs, resource('Collectors-Planned-Queue')).send(request);
  const runs = runsTable(dynamodb, resource('Collectors-Runs'));
  console.log('sent: waiting for the run');
  for (const deadline = Date.now() + HOURS_TO_WAIT * 3_600_000; Date.now() < deadline; await sleep(2_000)) {
    const found = (await runs.last(request.provider, 20)).find(({ run }) => run === runIdOf(request));
    if (found) printProgress(found);
    if (found && found.state !== 'running') return found;
  }
  throw new Error(`The run did not end within ${HOURS_TO_WAIT} hours. See the runbook, collect.`);
}

/** A bar, where a person watches. */
function printProgress({ answered, planned, state }: RunRecord): void {
  if (!process.stderr.isTTY) return;
  const full = planned === 0 ? BAR : Math.round((BAR * answered) / planned);
  process.stderr.write(`\r${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${answered} of ${planned} requests `);
  if (state !== 'running') process.stderr.write('\n');
}

function printRun(record: RunRecord): void {
  const { state, rows, requests, retries, latencyMs, missing, missingCount, rejected, rejections, files } = record;
  console.log(
    `${state}: ${rows} rows from ${requests} requests (${retries} again, ${latencyMs.mean} ms each, at most ${latencyMs.max})`,
  );
  for (const { key, changed } of files) console.log(`${key}: ${changed ? 'written' : 'has all of it already'}`);
  if (record.compared !== undefined) console.log(`${record.compared} closes compared, ${record.differing} differ`);
  for (const { ticker, date, close, other } of record.differences ?? [])
    console.log(`  ${ticker} ${date}: stored ${close}, found ${other}`);
  for (const { subject, fault, message } of missing.slice(0, 20))
    console.log(`missing: ${subject || 'all'} (${fault}): ${message}`);
  if (missingCount > 20) console.log(`… and ${missingCount - 20} more`);
  for (const { subject, reason } of rejections.slice(0, 5)) console.log(`rejected: ${subject}: ${reason}`);
  if (rejected > 5) console.log(`… and ${rejected - 5} more`);
  if (record.quotaLeft !== undefined) console.log(`${record.quotaLeft} requests are left today`);
}

async function writeJson(
  folder: string,
  ports: CollectPorts,
  record: RunRecord,
  request: CollectRequest,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const records = await recordsOfRun(ports, request);
  for (const [name, content] of [
    ['run', record],
    [request.dataset, records],
  ] as const) {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
    console.log(`wrote ${file}`);
  }
}
