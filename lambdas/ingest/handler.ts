import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { appLogger } from '../adapters/log.ts';
import { environment } from '../contracts/environment.ts';
import { ingestMessage, isFileDue, isSmokeTestDue } from '../contracts/ingest-message.ts';
import type { Report } from '../contracts/report.ts';
import { invocationOf } from '../runtime/invocation.ts';
import { partialBatch } from '../runtime/partial-batch.ts';
import { dropSmokeFile } from './drop-smoke-file.ts';
import { findLate } from './find-late.ts';
import { type IngestOutcome, ingestDelivery } from './ingest-delivery.ts';
import { logLate, logOutcome } from './log-outcome.ts';
import { ingestServices } from './services.ts';

const logger = appLogger();
const metrics = new Metrics();
const { ports, files, settings, source } = ingestServices(environment(process.env));

export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const invocation = invocationOf(context);
  return partialBatch(event, { logger, metrics, source }, ingestMessage, async (message) => {
    if (isFileDue(message)) {
      const late = await findLate(ports, message, invocation.now());
      return logLate(message.detail.schedule.feed, late, { logger, metrics });
    }
    if (isSmokeTestDue(message)) {
      logger.info('smoke test begins', { key: await dropSmokeFile(files, message) });
      return;
    }
    const started = invocation.now();
    const log = (outcome: IngestOutcome) => logOutcome(outcome, invocation.now() - started, { logger, metrics });
    const decided = (report: Report) => log({ status: report.state, report });
    const outcome = await ingestDelivery({ ...ports, decided }, settings, message, invocation);
    if (!('report' in outcome)) log(outcome);
  });
}
