import { hash } from 'node:crypto';
import { type DeliveryEvent, objectOf } from '../contracts/delivery-event.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import type { Problem, Report } from '../contracts/report.ts';
import { visible } from '../contracts/visible.ts';
import { quote } from '../domain/deliveries/bad-file.ts';
import type { IngestPorts } from './ports.ts';

/** Keeps the report of a revision; a repeat overwrites it with the same. */
export async function keepReport({ records }: Pick<IngestPorts, 'records'>, report: Report): Promise<Report> {
  const key = recordKeys(report.delivery, report.revision).report;
  await records.put(key, JSON.stringify(report, undefined, 2), 'application/json');
  return report;
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

/** Keys of tables and buckets take no more. */
const MAX_NAME_CHARS = 200;

/** A file whose name is none of ours goes by that name, made visible, and no longer than a key may be. */
export function badNameId(key: string): string {
  const name = visible(key);
  if (name.length <= MAX_NAME_CHARS) return name;
  return `${name.slice(0, MAX_NAME_CHARS)}… ${hash('sha256', key, 'base64url').slice(0, 22)}`;
}

/** What is wrong with the name of a file that no delivery has. */
export const badName = (key: string): Problem => ({
  expected:
    'a file named {file_date}_history.csv or {file_date}_incremental.csv, like 2020-01-10_incremental.csv, in no folder or one with a plain name',
  found: quote(key),
});
