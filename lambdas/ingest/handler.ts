import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { appLogger } from '../adapters/log.ts';
import { deliveryEvent } from '../contracts/delivery-event.ts';
import { environment } from '../contracts/environment.ts';
import type { Report } from '../contracts/report.ts';
import { invocationOf } from '../runtime/invocation.ts';
import { partialBatch } from '../runtime/partial-batch.ts';
import { type IngestOutcome, ingestDelivery } from './ingest-delivery.ts';
import { logOutcome } from './log-outcome.ts';
import { ingestServices } from './services.ts';

const logger = appLogger();
const metrics = new Metrics();
const { ports, settings, source } = ingestServices(environment(process.env));

export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const invocation = invocationOf(context);
  return partialBatch(event, { logger, metrics, source }, deliveryEvent.parse, async (message) => {
    const started = invocation.now();
    const log = (outcome: IngestOutcome) =>
      logOutcome(outcome, invocation.now() - started, logger, (name, value) =>
        metrics.addMetric(name, MetricUnit.Count, value),
      );
    const decided = (report: Report) => log({ status: report.state, report });
    const outcome = await ingestDelivery({ ...ports, decided }, settings, message, invocation);
    if (!('report' in outcome)) log(outcome);
  });
}
