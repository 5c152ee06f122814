import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import { type Report, report } from '../contracts/report.ts';
import type { Revision } from '../contracts/revision.ts';
import type { RecordsBucket } from './records-bucket.ts';

/** The published report of a revision; undefined if it was not decided, or not published yet. */
export async function readReport(
  records: Pick<RecordsBucket, 'get'>,
  { delivery, revision }: Pick<Revision, 'delivery' | 'revision'>,
): Promise<Report | undefined> {
  const bytes = await records.get(recordKeys(delivery, revision).report);
  return bytes && report.parse(JSON.parse(Buffer.from(bytes).toString()));
}

/** The report of the revision that was decided last; undefined if there is none. */
export async function reportOf(
  records: Pick<RecordsBucket, 'get'>,
  { report: key, announce }: DeliveryRecord,
): Promise<Report | undefined> {
  // Decided, but not published yet.
  if (announce) return announce;
  const bytes = key && (await records.get(key));
  return bytes ? report.parse(JSON.parse(Buffer.from(bytes).toString())) : undefined;
}
