import { rmSync } from 'node:fs';
import { resolve as absolute, join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startIcebergCatalog } from '../emulators/iceberg-catalog.ts';
import { startS3AndSqs } from '../emulators/s3-sqs.ts';
import type { SesFault } from '../emulators/ses-account.ts';
import { clientFor } from '../engine/client-options.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { checkPorts } from '../engine/listening.ts';
import { synthesize, type Template } from '../engine/template.ts';
import type { Decision } from '../iam/gate.ts';
import { startGates } from '../iam/gates.ts';
import { startVendors } from '../vendors/server.ts';
import { watchClock } from './clock.ts';
import { type Endpoints, writeEndpoints } from './endpoints.ts';
import { releaseLeases } from './leases.ts';
import { buildPage } from './page.ts';
import { pageConfig, startServers } from './servers.ts';
import { emptied } from './settled.ts';
import { openState } from './state.ts';

export type RunOptions = {
  /** Folder that keeps all state. */
  state: string;
  /** First of nine ports; 0 uses free ones. */
  port: number;
  /** True to run collectors against a recorded vendor. */
  collect?: boolean;
  /** True to refuse requests of functions that their roles do not allow. */
  enforceIam?: boolean;
  /** How SES refuses the mails of functions; undefined accepts them. */
  sesFault?: SesFault | undefined;
  /** Called with each line that a function writes. */
  onLine: (functionName: string, line: string) => void;
  /** Called for each uploaded file, with its size in bytes. */
  onUpload: (key: string, size: number) => void;
  /** Called for each kind of request that the role of a function does not allow. */
  onDenied: (decision: Decision) => void;
  onError: (error: unknown) => void;
  /** Called if the clock was set back by this many seconds. */
  onClockBack: (seconds: number) => void;
};

export type RunningStack = { endpoints: Endpoints; template: Template; stop(): Promise<void> };

const ROOT = join(import.meta.dirname, '../..');
const PORTS = 9;
/** A feedback function that fails must not prevent the start. */
const SECONDS_TO_SETTLE = 20;

type Stoppable = { stop(): Promise<void> };

/** Synthesizes the app and runs its template: emulators on 127.0.0.1, its resources, functions, rules and event source mappings. */
export async function runStack(options: RunOptions): Promise<RunningStack> {
  const state = absolute(options.state);
  // First, so that a second start reports the running stack, not its ports.
  const unlock = openState(state);
  const running: Stoppable[] = [{ stop: async () => unlock() }];
  const stop = async () => {
    rmSync(join(state, 'endpoints.json'), { force: true });
    for (const part of running.reverse()) await part.stop();
  };
  const keep = <T extends Stoppable>(part: T): T => {
    running.push(part);
    return part;
  };
  try {
    return { ...(await start(state, options, keep)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  state: string,
  { port, collect = false, enforceIam = false, sesFault, onLine, onUpload, onDenied, onError, onClockBack }: RunOptions,
  keep: <T extends Stoppable>(part: T) => T,
): Promise<Omit<RunningStack, 'stop'>> {
  if (port !== 0) await checkPorts(Array.from({ length: PORTS }, (_, offset) => port + offset));
  const portAt = (offset: number) => (port === 0 ? 0 : port + offset);
  keep(watchClock(join(state, 'clock'), onClockBack));
  const servers = await startServers({ state, sesFault }, portAt, onError, keep);
  const { dynamodb, ses, secrets, issuer, api, page, s3Events, sesEvents } = servers;
  const pageFolder = join(state, 'page');
  const vendors = collect ? keep(await startVendors(portAt(8), { latencyMs: 50, busyEvery: 9 })) : undefined;
  const context = { stage: 'local', issuer: issuer.url, webUrl: page.url, ...(vendors && { vendorsUrl: vendors.url }) };
  const [template] = await Promise.all([
    synthesize({ root: ROOT, stack: 'ClosingBell', output: join(state, 'cdk.out'), context }),
    buildPage(pageFolder),
  ]);
  let dropBucket = '';
  const s3 = keep(
    await startS3AndSqs(portAt(0), join(state, 'aws'), (object) => {
      s3Events.onCreated(object);
      if (object.bucket === dropBucket) onUpload(object.key, object.size);
    }),
  );
  const glue = keep(await startIcebergCatalog(portAt(7), join(state, 'aws', 'catalog'), s3.url));
  const emulators = {
    s3: s3.url,
    sqs: s3.url,
    dynamodb: dynamodb.url,
    ses: ses.url,
    secrets: secrets.url,
    api: api.url,
    glue: glue.url,
  };
  const gates = { file: join(state, 'iam-decisions.tsv'), onDenied };
  const { urls } = enforceIam ? keep(await startGates(emulators, template, gates)) : { urls: emulators };
  const release = (owner?: string) => releaseLeases(dynamodb.url, engine.resources, owner);
  const onCrash = (requestId: string) => void release(requestId).catch(onError);
  const engine = await createEngine(template, urls, { onLine, onCrash, onError });
  dropBucket = engine.resources['Drop-Files'] ?? '';
  await release();
  for (const local of engine.functions) keep(local);
  api.serve(engine.http);
  page.serve(pageFolder, pageConfig(api.url, issuer.url));
  keep({ stop: () => Promise.all([s3Events.settled(), sesEvents.settled()]).then(() => undefined) });
  await startReaders(engine, s3.url, { sesEvents, onError }, keep);
  s3.allowPages(engine.bucketCors);
  s3Events.connect(engine.bus, s3, engine.eventBuckets);

  const endpoints: Endpoints = {
    s3: urls.s3,
    sqs: urls.sqs,
    dynamodb: urls.dynamodb,
    sesv2: urls.ses,
    inbox: ses.url,
    api: api.url,
    issuer: issuer.url,
    web: page.url,
    lake: `${glue.url}/iceberg`,
    ...(vendors && { vendors: vendors.url }),
    dropBucket,
    resources: engine.resources,
  };
  writeEndpoints(state, endpoints);
  return { endpoints, template };
}

/** Starts to read the queues. Feedback first: mails of a killed run must be in the ledger before fan-out checks its claims. */
async function startReaders(
  { readers, schedules, bus, queuesFilledBy }: Engine,
  sqsUrl: string,
  {
    sesEvents,
    onError,
  }: {
    sesEvents: { connect(to: Engine['bus']): void; settled(): Promise<void> };
    onError: (error: unknown) => void;
  },
  keep: <T extends Stoppable>(part: T) => T,
): Promise<void> {
  const feedback = queuesFilledBy('aws.ses');
  const isFeedback = ({ queueUrl }: Engine['readers'][number]) => feedback.has(queueUrl);
  for (const reader of readers.filter(isFeedback)) keep(reader.start());
  sesEvents.connect(bus);
  await sesEvents.settled();
  const sqs = new SQSClient(clientFor(sqsUrl));
  await emptied(sqs, [...feedback], SECONDS_TO_SETTLE).catch(onError);
  sqs.destroy();
  for (const reader of readers.filter((one) => !isFeedback(one))) keep(reader.start());
  for (const schedule of schedules) keep(schedule.start());
}
