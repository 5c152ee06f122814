import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { appLogger } from '../adapters/log.ts';
import { environment } from '../contracts/environment.ts';
import { fanOutMessage } from '../contracts/weekly.ts';
import { invocationOf } from '../runtime/invocation.ts';
import { partialBatch } from '../runtime/partial-batch.ts';
import { fanOut } from './fan-out.ts';
import { logResult } from './log-result.ts';
import { fanOutServices } from './services.ts';

const logger = appLogger();
const metrics = new Metrics();
const { ports, settings, source } = fanOutServices(environment(process.env), logger);

export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const invocation = invocationOf(context);
  return partialBatch(event, { logger, metrics, source }, fanOutMessage.parse, async (message) => {
    const started = invocation.now();
    if (!message.only) metrics.addMetric('FanOutHops', MetricUnit.Count, message.hop);
    const result = await fanOut(ports, await settings(), message, invocation);
    logResult(message, result, invocation.now() - started, { logger, metrics });
    if (result['not-sent'] > 0 && !result.handedOver)
      throw new Error(`${result['not-sent']} digests of ${message.delivery} are left to send.`);
  });
}
