import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { digestsTable } from '../adapters/ledger-table.ts';
import { linkKeys } from '../adapters/link-keys.ts';
import { appLogger } from '../adapters/log.ts';
import { mailer, sesClient } from '../adapters/mailer.ts';
import { pricesTable } from '../adapters/prices-table.ts';
import { recordsBucket } from '../adapters/records-bucket.ts';
import { refreshedQueue } from '../adapters/refreshed-queue.ts';
import { sourceQueue } from '../adapters/source-queue.ts';
import { subscribersTable } from '../adapters/subscribers-table.ts';
import { Env, readEnvironment, SOURCE_ENV } from '../contracts/environment.ts';
import { refreshed } from '../contracts/refreshed.ts';
import { SES_TRIES } from '../contracts/sending.ts';
import { chartRenderer } from '../domain/chart/render-chart.ts';
import { partialBatch, sourceOf } from '../runtime/partial-batch.ts';
import { fanOut } from './fan-out.ts';

const env = readEnvironment(process.env, [
  Env.pricesTable,
  Env.subscribersTable,
  Env.digestsTable,
  Env.recordsBucket,
  Env.refreshedQueueUrl,
  Env.fanOutConcurrency,
  Env.suspectMove,
  Env.claimSettlesAfter,
  Env.sender,
  Env.sesTimeout,
  Env.configurationSet,
  Env.webUrl,
  Env.apiUrl,
  Env.linkSecret,
  ...SOURCE_ENV,
]);
const SES_TIMEOUT_MS = Number(env.SES_TIMEOUT_SECONDS) * 1000;
const logger = appLogger();
const metrics = new Metrics();
const dynamodb = new DynamoDBClient({});
const sqs = new SQSClient({});
const source = sourceQueue(sqs, sourceOf(env));
const ports = {
  prices: pricesTable(dynamodb, env.PRICES_TABLE),
  subscribers: subscribersTable(dynamodb, env.SUBSCRIBERS_TABLE),
  digests: digestsTable(dynamodb, env.DIGESTS_TABLE),
  records: recordsBucket(new S3Client({}), env.RECORDS_BUCKET),
  refreshed: refreshedQueue(sqs, env.REFRESHED_QUEUE_URL),
  mailer: mailer(sesClient(SES_TIMEOUT_MS), {
    sender: env.SENDER_ADDRESS,
    configurationSet: env.SES_CONFIGURATION_SET,
    sharedBy: Number(env.FAN_OUT_CONCURRENCY),
    timeoutMs: SES_TIMEOUT_MS,
    sleep,
    now: Date.now,
  }),
  // The construct puts the font beside the bundle.
  renderChart: chartRenderer(join(import.meta.dirname, 'InterVariable.woff2')),
  warn: (message: string, details: Record<string, unknown>) => logger.warn(message, details),
};
const settings = {
  suspectMove: Number(env.SUSPECT_MOVE),
  claimSettlesAfter: Number(env.CLAIM_SETTLES_AFTER_SECONDS),
  timeToEndMs: SES_TIMEOUT_MS * SES_TRIES,
  sender: env.SENDER_ADDRESS,
  webUrl: env.WEB_URL,
  apiUrl: env.API_URL,
};
const keysOfLinks = linkKeys(new SecretsManagerClient({}), env.LINK_SECRET_ARN, Date.now);

export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const now = Date.now;
  const invocation = { id: context.awsRequestId, now, deadline: now() + context.getRemainingTimeInMillis() };
  return partialBatch(event, { logger, metrics, source }, refreshed.parse, async (message) => {
    const started = now();
    const result = await fanOut(ports, { ...settings, linkKeys: await keysOfLinks() }, message, invocation);
    const { delivery, revision, segment } = message;
    logger.info('digests sent', { delivery, revision, segment, ...result, ms: now() - started });
    metrics.addMetric('DigestsSent', MetricUnit.Count, result.sent + result['sent-again']);
    metrics.addMetric('DigestsRefused', MetricUnit.Count, result.refused);
    metrics.addMetric('ClaimsUnsettled', MetricUnit.Count, result['sent-again'] + result.unknown);
    if (result['not-sent'] > 0 && !result.handedOn)
      throw new Error(`${result['not-sent']} digests of ${delivery} are left to send.`);
  });
}
