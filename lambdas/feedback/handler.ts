import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { digestsTable } from '../adapters/ledger-table.ts';
import { appLogger } from '../adapters/log.ts';
import { sourceQueue } from '../adapters/source-queue.ts';
import { subscribersTable } from '../adapters/subscribers-table.ts';
import { Env, readEnvironment, SOURCE_ENV } from '../contracts/environment.ts';
import { MailTag, mailEvent } from '../contracts/mail-event.ts';
import { partialBatch, sourceOf } from '../runtime/partial-batch.ts';
import { takeFeedback } from './take-feedback.ts';

const env = readEnvironment(process.env, [Env.digestsTable, Env.subscribersTable, ...SOURCE_ENV]);
const logger = appLogger();
const metrics = new Metrics();
const dynamodb = new DynamoDBClient({});
const source = sourceQueue(new SQSClient({}), sourceOf(env));
const ports = {
  digests: digestsTable(dynamodb, env.DIGESTS_TABLE),
  subscribers: subscribersTable(dynamodb, env.SUBSCRIBERS_TABLE),
};
const UNREMARKABLE = ['MailsTaken', 'MailsDelivered'];

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  partialBatch(event, { logger, metrics, source }, mailEvent.parse, async (message) => {
    const what = await takeFeedback(ports, message);
    const { messageId, tags } = message.detail.mail;
    if (!UNREMARKABLE.includes(what))
      logger.warn('mail came back', { what, subscriber: tags[MailTag.subscriber][0], messageId });
    metrics.addMetric(what, MetricUnit.Count, 1);
  });
