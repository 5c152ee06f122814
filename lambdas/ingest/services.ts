import { dynamoDbClient, s3Client, sqsClient } from '../adapters/clients.ts';
import { deliveriesTable } from '../adapters/deliveries-table.ts';
import { dropBucket } from '../adapters/drop-bucket.ts';
import { ownFiles } from '../adapters/own-files.ts';
import { pricesTable } from '../adapters/prices-table.ts';
import { recordsBucket } from '../adapters/records-bucket.ts';
import { refreshedQueue } from '../adapters/refreshed-queue.ts';
import { sourceQueue } from '../adapters/source-queue.ts';
import { subscribersTable } from '../adapters/subscribers-table.ts';
import { tickersTable } from '../adapters/tickers-table.ts';
import { Env, type Environment } from '../contracts/environment.ts';
import { sourceOptions } from '../runtime/partial-batch.ts';
import type { IngestPorts, IngestSettings } from './ports.ts';

/** Everything ingest needs, created once per cold start. */
export function ingestServices(env: Environment) {
  const dynamodb = dynamoDbClient();
  const s3 = s3Client();
  const sqs = sqsClient();
  const ports: Omit<IngestPorts, 'decided'> = {
    drop: dropBucket(s3),
    records: recordsBucket(s3, env.text(Env.recordsBucket)),
    subscribers: subscribersTable(dynamodb, env.text(Env.subscribersTable)),
    prices: pricesTable(dynamodb, env.text(Env.pricesTable)),
    tickers: tickersTable(dynamodb, env.text(Env.tickersTable)),
    deliveries: deliveriesTable(dynamodb, env.text(Env.deliveriesTable)),
    refreshed: refreshedQueue(sqs, env.text(Env.refreshedQueueUrl)),
  };
  const settings: IngestSettings = {
    maxRejectedShare: env.number(Env.maxRejectedShare),
    maxFileBytes: env.number(Env.maxFileBytes),
  };
  const files = ownFiles(s3, env.text(Env.dropBucket));
  return { ports, files, settings, source: sourceQueue(sqs, sourceOptions(env)) };
}
