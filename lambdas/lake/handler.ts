import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { appLogger } from '../adapters/log.ts';
import { environment } from '../contracts/environment.ts';
import { type LakeHint, lakeMessage } from '../contracts/lake-message.ts';
import { partialBatch } from '../runtime/partial-batch.ts';
import { bringIn } from './bring-in.ts';
import { lookAfter } from './daily.ts';
import { lakeServices } from './services.ts';

const logger = appLogger();
const metrics = new Metrics();
const { ports, source } = lakeServices(environment(process.env));

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  partialBatch(event, { logger, metrics, source }, lakeMessage.parse, (message) =>
    message.kind === 'daily' ? daily() : bring(message),
  );

async function bring(hint: LakeHint): Promise<void> {
  const started = Date.now();
  const broughtIn = await bringIn(ports, hint);
  if (!broughtIn) return;
  const { report, changed, lost } = broughtIn;
  const { delivery, revision, state } = report;
  if (lost !== undefined) logger.warn('delivery is not in the lake', { delivery, why: lost });
  else logger.info('delivery is in the lake', { delivery, revision, state, changed, ms: Date.now() - started });
  metrics.addMetric(lost === undefined ? 'DeliveriesInLake' : 'DeliveriesWithoutRows', MetricUnit.Count, 1);
}

async function daily(): Promise<void> {
  const { missing, dropped } = await lookAfter(ports, Date.now());
  logger.info('the lake was looked after', { missing: missing.slice(0, 20), count: missing.length, dropped });
  metrics.addMetric('DeliveriesBehind', MetricUnit.Count, missing.length);
}
