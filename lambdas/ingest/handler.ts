import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { appLogger } from '../adapters/log.ts';
import { deliveryEvent } from '../contracts/delivery-event.ts';
import { environment } from '../contracts/environment.ts';
import { invocationOf } from '../runtime/invocation.ts';
import { partialBatch } from '../runtime/partial-batch.ts';
import { ingestDelivery } from './ingest-delivery.ts';
import { logOutcome } from './log-outcome.ts';
import { ingestServices } from './services.ts';

const logger = appLogger();
const metrics = new Metrics();
const { ports, settings, source } = ingestServices(environment(process.env));

export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const invocation = invocationOf(context);
  return partialBatch(event, { logger, metrics, source }, deliveryEvent.parse, async (message) => {
    const started = invocation.now();
    const outcome = await ingestDelivery(ports, settings, message, invocation);
    const count = (name: string, value: number) => metrics.addMetric(name, MetricUnit.Count, value);
    logOutcome(outcome, invocation.now() - started, logger, count);
  });
}
