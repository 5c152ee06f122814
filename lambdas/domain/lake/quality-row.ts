import type { LakeRow } from '../../contracts/dataset.ts';
import { isDeliveryId } from '../../contracts/delivery-id.ts';
import type { Report } from '../../contracts/report.ts';
import { newYorkClose } from '../calendar/new-york.ts';
import { lakeDelivery } from './lake-delivery.ts';

const MINUTE_MS = 60_000;

/** The row of a revision in the table of quality. @param reasons and how often each occurs: the text of a JSON object */
export function qualityRow(report: Report, reasons: string | null): LakeRow {
  const { delivery, revision, state, upload, knownAt, rows, checks, decidedAt } = report;
  const isNamed = isDeliveryId(delivery);
  const fileDate = isNamed ? lakeDelivery(delivery, revision).fileDate : upload.droppedAt.slice(0, 10);
  const dropped = Date.parse(upload.droppedAt);
  const late = isNamed ? Math.round((dropped - Date.parse(newYorkClose(fileDate))) / MINUTE_MS) : null;
  return {
    file_date: fileDate,
    delivery,
    revision,
    state,
    dropped_at: new Date(dropped).toISOString(),
    known_at: new Date(knownAt).toISOString(),
    rows: rows.read,
    accepted: rows.accepted,
    quarantined: rows.quarantined,
    without_close: rows.withoutClose,
    reasons,
    jumps: checks?.jumps.length ?? 0,
    tickers: report.tickers,
    tickers_new: checks?.newTickers.count ?? null,
    tickers_missing: checks?.missingTickers.count ?? null,
    late_minutes: late,
    seconds_to_applied: decidedAt ? Math.round((Date.parse(decidedAt) - Date.parse(knownAt)) / 1000) : null,
  };
}
