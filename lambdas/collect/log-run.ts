import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { collectorName } from '../contracts/collectors.ts';
import type { RunRecord } from '../contracts/run-record.ts';

const MINUTE_MS = 60_000;
const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 100);

/** Logs a run, and counts what its alarms watch: each collector has metrics of its own. Runs by hand raise no alarm, and a run that is handed on may be late already. */
export function logRun(
  record: RunRecord,
  { logger, metrics, now }: { logger: Pick<Logger, 'info' | 'warn'>; metrics: Metrics; now: () => number },
): void {
  const { run, provider, dataset, state, subjects, missing, missingCount, requests, retries, rows, rejected, files } =
    record;
  const add = (name: string, value: number, unit: (typeof MetricUnit)[keyof typeof MetricUnit]) => {
    // A person who starts a run looks at it.
    if (record.by === 'operator') return;
    const single = metrics.singleMetric();
    single.addDimension('collector', collectorName(record));
    single.addMetric(name, unit, value);
  };
  add('MinutesLate', (now() - Date.parse(record.plannedAt)) / MINUTE_MS, MetricUnit.Count);
  if (state === 'running') {
    logger.info('run is handed on', { run, provider, dataset, answered: record.answered, planned: record.planned });
    return;
  }
  metrics.addMetric('RunsEnded', MetricUnit.Count, 1);
  const said = { run, provider, dataset, state, subjects, requests, retries, rows, rejected, files };
  if (state === 'success') logger.info('run ended', said);
  else logger.warn('run ended, and something is missing', { ...said, missingCount, missing: missing.slice(0, 20) });
  add('MissingPercent', percent(missingCount, subjects), MetricUnit.Percent);
  add('RejectedPercent', percent(rejected, rows), MetricUnit.Percent);
  add('LatencyMs', record.latencyMs.mean, MetricUnit.Milliseconds);
  if (record.compared) add('DifferingPercent', percent(record.differing ?? 0, record.compared), MetricUnit.Percent);
}
