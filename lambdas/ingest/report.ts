import { hash } from 'node:crypto';
import { type DeliveryEvent, objectOf } from '../contracts/delivery-event.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import type { Problem, Report } from '../contracts/report.ts';
import { firstCharacters, visible } from '../contracts/visible.ts';
import { quote } from '../domain/vendor-file/bad-file.ts';
import type { IngestPorts } from './ports.ts';

/** Keeps the report of a revision; a repeat overwrites it with the same. */
export async function keepReport({ records }: Pick<IngestPorts, 'records'>, report: Report): Promise<Report> {
  const key = recordKeys(report.delivery, report.revision).report;
  await records.put(key, JSON.stringify(report, undefined, 2), 'application/json');
  return report;
}

/** The report that an earlier try of a revision has kept. */
export async function readReport(
  { records }: Pick<IngestPorts, 'records'>,
  { delivery, revision }: Pick<DeliveryRecord, 'delivery' | 'revision'>,
): Promise<Report | undefined> {
  const bytes = await records.get(recordKeys(delivery, revision).report);
  return bytes && (JSON.parse(Buffer.from(bytes).toString()) as Report);
}

/** The report of a revision of which nothing was read yet. */
export const emptyReport = (
  event: DeliveryEvent,
  { delivery, revision, droppedAt, drop }: DeliveryRecord,
  state: Report['state'],
): Report => ({
  delivery,
  revision,
  object: objectOf(event),
  drop,
  state,
  droppedAt,
  rows: { read: 0, accepted: 0, quarantined: 0 },
  duplicates: 0,
  updatesThatInserted: 0,
  retiredTickers: 0,
  tickers: 0,
  changedTickers: 0,
  segments: { written: 0, removed: 0 },
  problems: [],
});

/** The report of a revision that is rejected before a row of it was read. */
export const rejected = (event: DeliveryEvent, record: DeliveryRecord, rejection: Problem): Report => ({
  ...emptyReport(event, record, 'rejected'),
  rejection,
});

/** Keys of tables and buckets take no more: with what is put around it, 200 characters of four bytes fit 1,024 bytes. */
const MAX_NAME_CHARS = 200;

/**
 * The id of a file whose name is none of ours: that name, made visible, no longer than a key may be, and without the
 * parts `.` and `..`, which lead elsewhere in a path.
 */
export function badNameId(key: string): string {
  const name = visible(key).replace(/(?<![^/])\.{1,2}(?![^/])/g, (dots) => '\\u{2e}'.repeat(dots.length));
  const short = firstCharacters(name, MAX_NAME_CHARS);
  return short === name ? name : `${short}… ${hash('sha256', key, 'base64url').slice(0, 22)}`;
}

/** What is wrong with the name of a file that no delivery has. */
export const badName = (key: string): Problem => ({
  expected:
    'a file named {file_date}_history.csv or {file_date}_incremental.csv, like 2020-01-10_incremental.csv, in no folder or one with a plain name',
  found: quote(key),
});
