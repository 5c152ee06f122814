import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { appLogger } from '../adapters/log.ts';
import { collectRequest } from '../contracts/collect.ts';
import { environment } from '../contracts/environment.ts';
import { invocationOf } from '../runtime/invocation.ts';
import { partialBatch } from '../runtime/partial-batch.ts';
import { collect } from './collect.ts';
import { logRun } from './log-run.ts';
import { collectServices } from './services.ts';

const logger = appLogger();
const metrics = new Metrics();
const { ports, source } = collectServices(environment(process.env));

export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  partialBatch(event, { logger, metrics, source }, collectRequest.parse, async (request) => {
    const invocation = invocationOf(context);
    const record = await collect({ ...ports, progress: () => undefined }, request, invocation);
    logRun(record, { logger, metrics, now: invocation.now });
  });
