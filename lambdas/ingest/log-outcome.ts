import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { feedDimension } from '../contracts/feed-schedules.ts';
import { redact } from '../contracts/redact.ts';
import { isSmokeTest } from '../contracts/smoke-test.ts';
import { describeProblem } from '../domain/vendor-file/bad-file.ts';
import type { LateFile } from './find-late.ts';
import type { IngestOutcome } from './ingest-delivery.ts';

/** Logs and counts the outcome of an ingest. The delivery is a property of the metrics: one can ask for those of one delivery. */
export function logOutcome(
  outcome: IngestOutcome,
  ms: number,
  { logger, metrics }: { logger: Pick<Logger, 'info' | 'warn'>; metrics: Metrics },
): void {
  const delivery = 'report' in outcome ? outcome.report.delivery : outcome.delivery;
  // Smoke tests are not counted, unless somebody uploads another file to their folder.
  const isCounted = !isSmokeTest(delivery) || outcome.status === 'rejected';
  const count = (name: string, value: number) => isCounted && metrics.addMetric(name, MetricUnit.Count, value);
  // Metrics are log lines too, which the logger does not see: the name of a file may have an address in it.
  metrics.addMetadata('delivery', redact(delivery));
  if (!('report' in outcome)) {
    logger.info('delivery skipped', { delivery, why: outcome.status });
    count('DeliveriesSkipped', 1);
    return;
  }
  const { revision, state, rows, duplicates, changedTickers, segments, quarantine, rejection, problems, checks } =
    outcome.report;
  if (rejection) {
    logger.warn('delivery rejected', { delivery, rows, why: describeProblem(rejection), ms });
    count('DeliveriesRejected', 1);
    return;
  }
  if (checks && checks.warnings.length > 0) {
    const { warnings, likelyRenames } = checks;
    logger.warn(state === 'held' ? 'delivery held' : 'delivery is suspicious', {
      delivery,
      revision,
      warnings,
      ...(likelyRenames.length > 0 && { likelyRenames }),
    });
    count(state === 'held' ? 'DeliveriesHeld' : 'DeliveriesSuspicious', 1);
  }
  if (state === 'held') return;
  if (state === 'revoked') {
    logger.info('delivery revoked', { delivery, revision, changedTickers, segments, ms });
    count('DeliveriesRevoked', 1);
    return;
  }
  logger.info('delivery applied', {
    delivery,
    rows,
    duplicates,
    changedTickers,
    segments,
    ms,
    ...(quarantine && { quarantine, firstProblem: problems[0] && describeProblem(problems[0]) }),
  });
  count('DeliveriesApplied', 1);
  count('RowsAccepted', rows.accepted);
  count('RowsQuarantined', rows.quarantined);
}

/** Logs a late file, and tells its alarm: each feed has one of its own. */
export function logLate(
  feed: string,
  late: LateFile | undefined,
  { logger, metrics }: { logger: Pick<Logger, 'error'>; metrics: Metrics },
): void {
  if (late) logger.error('file is late', { ...late });
  metrics
    .singleMetric()
    .addDimension('feed', feedDimension(feed))
    .addMetric('FilesLate', MetricUnit.Count, late ? 1 : 0);
}
