import { Metrics } from '@aws-lambda-powertools/metrics';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { dynamoDbClient, sqsClient } from '../adapters/clients.ts';
import { ledgerTable } from '../adapters/ledger-table.ts';
import { appLogger } from '../adapters/log.ts';
import { sourceQueue } from '../adapters/source-queue.ts';
import { subscribersTable } from '../adapters/subscribers-table.ts';
import { Env, environment } from '../contracts/environment.ts';
import { mailEvent } from '../contracts/mail-event.ts';
import { partialBatch, sourceOptions } from '../runtime/partial-batch.ts';
import { logFeedback } from './log-feedback.ts';
import { recordFeedback } from './record-feedback.ts';

const env = environment(process.env);
const logger = appLogger();
const metrics = new Metrics();
const dynamodb = dynamoDbClient();
const source = sourceQueue(sqsClient(), sourceOptions(env));
const ports = {
  ledger: ledgerTable(dynamodb, env.text(Env.ledgerTable)),
  subscribers: subscribersTable(dynamodb, env.text(Env.subscribersTable)),
};

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  partialBatch(event, { logger, metrics, source }, mailEvent.parse, async (message) => {
    const feedback = await recordFeedback(ports, message);
    logFeedback(message, feedback, { logger, metrics });
  });
