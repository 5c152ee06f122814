import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { digestsTable } from '../adapters/digests-table.ts';
import { sourceQueue } from '../adapters/source-queue.ts';
import { Env, readEnvironment } from '../contracts/environment.ts';
import { mailSent } from '../contracts/mail-sent.ts';
import { partialBatch } from '../partial-batch.ts';
import { settleClaim } from './settle-claim.ts';

const env = readEnvironment(process.env, [Env.digestsTable, Env.sourceQueueUrl, Env.retryAfter]);
const logger = new Logger();
const metrics = new Metrics();
const source = sourceQueue(new SQSClient({}), env.SOURCE_QUEUE_URL, Number(env.RETRY_AFTER_SECONDS));
const ports = { digests: digestsTable(new DynamoDBClient({}), env.DIGESTS_TABLE) };

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  partialBatch(event, { logger, metrics, source }, async (body) => {
    await settleClaim(ports, mailSent.parse(body));
    metrics.addMetric('MailsTaken', MetricUnit.Count, 1);
  });
