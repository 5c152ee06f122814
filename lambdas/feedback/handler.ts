import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { digestsTable } from '../adapters/digests-table.ts';
import { sourceQueue } from '../adapters/source-queue.ts';
import { Env, readEnvironment, SOURCE_ENV } from '../contracts/environment.ts';
import { mailSent } from '../contracts/mail-sent.ts';
import { partialBatch, sourceOf } from '../partial-batch.ts';
import { settleClaim } from './settle-claim.ts';

const env = readEnvironment(process.env, [Env.digestsTable, ...SOURCE_ENV]);
const logger = new Logger();
const metrics = new Metrics();
const source = sourceQueue(new SQSClient({}), sourceOf(env));
const ports = { digests: digestsTable(new DynamoDBClient({}), env.DIGESTS_TABLE) };

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  partialBatch(event, { logger, metrics, source }, mailSent.parse, async (message) => {
    await settleClaim(ports, message);
    metrics.addMetric('MailsTaken', MetricUnit.Count, 1);
  });
