import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { redact } from '../contracts/redact.ts';
import type { Refreshed } from '../contracts/refreshed.ts';
import type { FanOutResult } from './fan-out.ts';

/** With a hundred values of one metric, powertools would write the line before the other metrics are in it. */
const MAX_VALUES = 99;

/** Logs and counts what one message did; a smoke test is not counted. The delivery is a property of the metrics: one can ask for those of one delivery. */
export function logResult(
  { delivery, revision, scan, hop, weekly, only }: Refreshed,
  { waits, ...result }: FanOutResult,
  ms: number,
  { logger, metrics }: { logger: Pick<Logger, 'info'>; metrics: Metrics },
): void {
  logger.info('digests sent', { delivery, revision, scan, hop, ...result, lastAfterSeconds: waits.at(-1), ms });
  if (only) return;
  metrics.addMetadata('delivery', redact(delivery));
  const { sent, resent, refused, abandoned } = result;
  metrics.addMetric('DigestsSent', MetricUnit.Count, sent + resent);
  metrics.addMetric('DigestsRefused', MetricUnit.Count, refused);
  metrics.addMetric('DigestsNotSent', MetricUnit.Count, result['not-sent']);
  metrics.addMetric('ClaimsUnconfirmed', MetricUnit.Count, resent + abandoned);
  metrics.addMetric('ChartsDrawn', MetricUnit.Count, result.drawn);
  // A weekly digest waits for nobody's file.
  if (!weekly)
    for (const wait of evenly(waits, MAX_VALUES)) metrics.addMetric('SecondsToMail', MetricUnit.Seconds, wait);
}

/** At most `count` of the values, in even steps, with the first and the last. */
export const evenly = (values: readonly number[], count: number): number[] =>
  values.length <= count
    ? [...values]
    : Array.from({ length: count }, (_, i) => values[Math.round((i * (values.length - 1)) / (count - 1))] ?? 0);
