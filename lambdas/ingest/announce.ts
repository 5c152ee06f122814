import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { refreshedOf } from '../contracts/refreshed.ts';
import type { Report } from '../contracts/report.ts';
import type { IngestPorts } from './ports.ts';
import { putReport } from './report.ts';

/**
 * Publishes the pending announcement of a delivery (outbox): its report, and "refreshed". The outcome and the announcement are stored
 * in one conditional write, so a crash cannot separate them. May be repeated: the ledger prevents duplicate mails.
 * @returns the record without the announcement, or undefined if another invocation published it and went on
 */
export async function publishAnnouncement(
  ports: Pick<IngestPorts, 'records' | 'refreshed' | 'deliveries' | 'decided'>,
  record: DeliveryRecord,
): Promise<DeliveryRecord | undefined> {
  const { announce: report, version: _version, ...published } = record;
  if (!report) return record;
  await putReport(ports, report);
  await sendRefreshed(ports, report);
  ports.decided(report);
  return ports.deliveries.replace(record, published);
}

/** Publishes "refreshed" for a revision that changed segments. May be repeated. */
export async function sendRefreshed({ refreshed }: Pick<IngestPorts, 'refreshed'>, report: Report): Promise<void> {
  if (report.changedTickers > 0) await refreshed.send([refreshedOf(report)]);
}
