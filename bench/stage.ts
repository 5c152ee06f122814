import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startDynamoDb } from '../local/emulators/dynamodb.ts';
import { startIcebergCatalog } from '../local/emulators/iceberg-catalog.ts';
import { startS3AndSqs } from '../local/emulators/s3-sqs.ts';
import { startSecrets } from '../local/emulators/secrets.ts';
import { clientFor } from '../local/engine/client-options.ts';
import { resolver } from '../local/engine/intrinsics.ts';
import { createLakeTables } from '../local/engine/lake-tables.ts';
import { createResources } from '../local/engine/resources.ts';
import { physicalName, resourcesOf, synthesize } from '../local/engine/template.ts';
import { startMailSink } from './mail-sink.ts';

/** `failures`: messages of the batch that failed. */
export type Measured = { ms: number; cpuMs: number; maxRssMb: number; failures: number };

/** `seconds` that an invocation may take; `killAfterMs`: the process is killed then. */
type Limits = { seconds?: number; killAfterMs?: number | undefined };

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** The real bundles and emulators without event sources: a bench invokes a function in a new process and measures time and peak memory. */
export async function openStage() {
  const folder = mkdtempSync(join(tmpdir(), 'closing-bell-bench-'));
  const root = join(import.meta.dirname, '..');
  const context = { stage: 'local' };
  const template = await synthesize({ root, stack: 'ClosingBell', output: join(folder, 'cdk.out'), context });
  const dynamodb = await startDynamoDb(0, join(folder, 'dynamodb'));
  const s3 = await startS3AndSqs(0, join(folder, 'aws'), () => undefined);
  const glue = await startIcebergCatalog(0, join(folder, 'catalog'), s3.url);
  const sink = await startMailSink();
  const secrets = await startSecrets(0, join(folder, 'secrets.json'));
  const resolve = resolver(template, { sqs: s3.url, api: 'http://127.0.0.1:1' });
  const clients = {
    dynamodb: new DynamoDBClient({ ...clientFor(dynamodb.url), maxAttempts: 5 }),
    s3: new S3Client(clientFor(s3.url)),
    sqs: new SQSClient(clientFor(s3.url)),
  };
  await createResources(template, resolve, clients);
  await createLakeTables(template, resolve, glue.url);
  const endpoints = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_SQS: s3.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_GLUE: glue.url,
    AWS_ENDPOINT_URL_SESV2: sink.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    POWERTOOLS_LOG_LEVEL: 'ERROR',
    SOURCE_QUEUE_URL: 'http://127.0.0.1:1/none',
  };
  const functions = new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([id, resource]) => {
      const { Code, Environment } = resolve(resource.Properties) as {
        Code: { S3Key: string };
        Environment: { Variables: Record<string, string> };
      };
      const bundle = join(template.assetFolder(Code.S3Key.replace('.zip', '')), 'index.mjs');
      const name = physicalName(id, resource).split('-')[2] ?? id;
      return [name, { bundle, environment: { ...Environment.Variables, ...endpoints } }];
    }),
  );
  const named = (type: string, part: string): string => {
    const found = resourcesOf(template, type).find(([id, resource]) => physicalName(id, resource).includes(part));
    return String(resolve({ Ref: found?.[0] }));
  };

  return {
    folder,
    template,
    resolve,
    endpoints,
    lake: `${glue.url}/iceberg`,
    s3: s3.url,
    dynamodb: dynamodb.url,
    clients,
    functions,
    sink,
    table: (part: string) => named('AWS::DynamoDB::GlobalTable', part),
    bucket: (part: string) => named('AWS::S3::Bucket', part),
    /** URL of a queue. */
    queue: (part: string) => named('AWS::SQS::Queue', part),
    /** Runs a function once, in a new process. @throws Error if it fails */
    async invoke(name: string, bodies: unknown[]): Promise<Measured> {
      const measured = await run(functions.get(name), bodies);
      if (!measured || measured.failures > 0) throw new Error(`${name} failed: see its log above.`);
      return measured;
    },
    /** The same, limited in time; undefined if it was killed. */
    invokeFor: (name: string, bodies: unknown[], limits: Limits) => run(functions.get(name), bodies, limits),
    async close() {
      for (const client of Object.values(clients)) client.destroy();
      await sink.stop();
      await secrets.stop();
      await glue.stop();
      await s3.stop();
      await dynamodb.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Bundle = { bundle: string; environment: Record<string, string> };

/** @returns undefined if the process was killed. @throws Error if the function throws */
async function run(fn: Bundle | undefined, bodies: unknown[], limits: Limits = {}): Promise<Measured | undefined> {
  const { seconds = 900, killAfterMs } = limits;
  const child = fork(join(import.meta.dirname, 'measured-worker.ts'), [String(fn?.bundle)], {
    env: { PATH: process.env['PATH'], ...fn?.environment, BENCH_SECONDS: String(seconds) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let measured:
    | (Omit<Measured, 'failures'> & { error?: string; result?: { batchItemFailures?: unknown[] } })
    | undefined;
  child.on('message', (message) => {
    measured = message as typeof measured;
  });
  child.send(bodies);
  let isKilled = false;
  const timer =
    killAfterMs === undefined
      ? undefined
      : setTimeout(() => {
          isKilled = child.kill('SIGKILL');
        }, killAfterMs);
  await once(child, 'close');
  clearTimeout(timer);
  if (isKilled) return undefined;
  if (!measured) throw new Error(`${fn?.bundle} ended (${child.signalCode ?? child.exitCode}) before it answered.`);
  if (measured.error) throw new Error(`${fn?.bundle} failed: ${measured.error}`);
  return { ...measured, failures: measured.result?.batchItemFailures?.length ?? 0 };
}
