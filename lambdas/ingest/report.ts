import { hash } from 'node:crypto';
import type { DeliveryEvent } from '../contracts/delivery-event.ts';
import { isDeliveryId } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import type { Problem, Report } from '../contracts/report.ts';
import { firstCharacters, visible } from '../contracts/visible.ts';
import type { IngestPorts } from './ports.ts';

/** Writes the report of a revision. A repeat writes the same bytes. */
export async function putReport({ records }: Pick<IngestPorts, 'records'>, written: Report): Promise<void> {
  const key = recordKeys(written.delivery, written.revision).report;
  await records.put(key, JSON.stringify(written, undefined, 2), 'application/json');
}

/** The report of a revision before its file was read. */
export const emptyReport = (
  { file }: DeliveryEvent,
  { delivery, revision, upload, knownAt, applied }: DeliveryRecord,
  state: Report['state'],
): Report => ({
  delivery,
  revision,
  file,
  upload,
  state,
  knownAt,
  rows: { read: 0, accepted: 0, quarantined: 0, withoutClose: 0, withoutContent: 0 },
  duplicates: 0,
  updatesThatInserted: 0,
  differingCloses: [],
  retiredTickers: 0,
  tickers: 0,
  changedTickers: 0,
  segments: { written: 0, removed: 0 },
  ...(applied && { replaces: true as const }),
  problems: [],
});

/** The report of a revision that is rejected before its rows were read. */
export const rejected = (event: DeliveryEvent, record: DeliveryRecord, rejection: Problem): Report => ({
  ...emptyReport(event, record, 'rejected'),
  rejection,
});

/** Limit for ids: with prefixes, 200 characters of four bytes fit into 1,024 bytes, the limit of keys. */
const MAX_NAME_CHARS = 200;

/**
 * Id for files with unrecognized names: the escaped and shortened object key. `.` and `..` are escaped, since in a path they are not names.
 * Never a delivery id, so that the file has a record of its own.
 */
export function fileNameId(key: string): string {
  const name = visible(key).replace(/(?<![^/])\.{1,2}(?![^/])/g, (dots) => '\\u{2e}'.repeat(dots.length));
  const short = firstCharacters(name, MAX_NAME_CHARS);
  if (short !== name) return `${short}… ${hash('sha256', key, 'base64url').slice(0, 22)}`;
  return isDeliveryId(name) ? `${name} (unrecognized name)` : name;
}
