import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { deliveriesTable } from '../adapters/deliveries-table.ts';
import { dropBucket } from '../adapters/drop-bucket.ts';
import { appLogger } from '../adapters/log.ts';
import { pricesTable } from '../adapters/prices-table.ts';
import { recordsBucket } from '../adapters/records-bucket.ts';
import { refreshedQueue } from '../adapters/refreshed-queue.ts';
import { sourceQueue } from '../adapters/source-queue.ts';
import { tickersTable } from '../adapters/tickers-table.ts';
import { deliveryEvent } from '../contracts/delivery-event.ts';
import { Env, readEnvironment, SOURCE_ENV } from '../contracts/environment.ts';
import { partialBatch, sourceOf } from '../runtime/partial-batch.ts';
import { ingestDelivery } from './ingest-delivery.ts';
import { tellOutcome } from './log-outcome.ts';

const env = readEnvironment(process.env, [
  Env.pricesTable,
  Env.tickersTable,
  Env.deliveriesTable,
  Env.recordsBucket,
  Env.refreshedQueueUrl,
  Env.maxRejectedShare,
  Env.maxFileBytes,
  Env.fanOutSegments,
  ...SOURCE_ENV,
]);
const logger = appLogger();
const metrics = new Metrics();
const dynamodb = new DynamoDBClient({});
const s3 = new S3Client({});
const sqs = new SQSClient({});
const ports = {
  drop: dropBucket(s3),
  records: recordsBucket(s3, env.RECORDS_BUCKET),
  prices: pricesTable(dynamodb, env.PRICES_TABLE),
  tickers: tickersTable(dynamodb, env.TICKERS_TABLE),
  deliveries: deliveriesTable(dynamodb, env.DELIVERIES_TABLE),
  refreshed: refreshedQueue(sqs, env.REFRESHED_QUEUE_URL),
};
const source = sourceQueue(sqs, sourceOf(env));
const settings = {
  maxRejectedShare: Number(env.MAX_REJECTED_SHARE),
  maxFileBytes: Number(env.MAX_FILE_BYTES),
  fanOutSegments: Number(env.FAN_OUT_SEGMENTS),
};

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const now = Date.now;
  const invocation = { id: context.awsRequestId, now, deadline: now() + context.getRemainingTimeInMillis() };
  return partialBatch(event, { logger, metrics, source }, deliveryEvent.parse, async (message) => {
    const started = now();
    const outcome = await ingestDelivery(ports, settings, message, invocation);
    tellOutcome(outcome, now() - started, logger, (name, count) => metrics.addMetric(name, MetricUnit.Count, count));
  });
}
