import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiKeys, apiKeys } from '../adapters/api-keys.ts';
import { dynamoDbClient, s3Client, secretsClient, sqsClient } from '../adapters/clients.ts';
import { collectQueue } from '../adapters/collect-queue.ts';
import { marketApi } from '../adapters/market-api.ts';
import { ownFiles } from '../adapters/own-files.ts';
import { pricesTable } from '../adapters/prices-table.ts';
import { recordsBucket } from '../adapters/records-bucket.ts';
import { runsTable } from '../adapters/runs-table.ts';
import { sourceQueue } from '../adapters/source-queue.ts';
import { Env, type Environment } from '../contracts/environment.ts';
import { sourceOptions } from '../runtime/partial-batch.ts';
import type { CollectPorts } from './ports.ts';

/** A recorded vendor wants a key, but any will do. */
const recordedKey: ApiKeys = async () => 'recorded-vendor-key';

/** Everything collectors need, created once per cold start. */
export function collectServices(env: Environment) {
  const s3 = s3Client();
  const sqs = sqsClient();
  const dynamodb = dynamoDbClient();
  const vendors = env.optional(Env.vendorsUrl);
  const ports: Omit<CollectPorts, 'progress'> = {
    api: marketApi(vendors),
    keys: { of: vendors === undefined ? apiKeys(secretsClient(), env.text(Env.apiKeysSecret), Date.now) : recordedKey },
    files: ownFiles(s3, env.text(Env.dropBucket)),
    records: recordsBucket(s3, env.text(Env.recordsBucket)),
    runs: runsTable(dynamodb, env.text(Env.runsTable)),
    prices: pricesTable(dynamodb, env.text(Env.pricesTable)),
    again: collectQueue(sqs, env.text(Env.collectQueueUrl)),
    wait: (ms) => sleep(ms),
    random: Math.random,
  };
  return { ports, source: sourceQueue(sqs, sourceOptions(env)) };
}
