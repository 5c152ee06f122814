import { readManifest } from '../adapters/manifests.ts';
import { deliveriesOn } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import type { FileDue } from '../contracts/file-due.ts';
import { expectedFiles, lastSessions } from '../domain/calendar/expected-files.ts';
import { hasArrived } from '../domain/delivery/precedence.ts';
import { countFollowers } from './count-followers.ts';
import type { IngestPorts } from './ports.ts';

/** Sessions that are looked at for the last file that arrived. */
const SESSIONS_BACK = 10;

/** A file that is due and did not arrive. */
export type LateFile = {
  feed: string;
  fileDate: string;
  minutesLate: number;
  /** The last delivery that arrived; undefined if there is none in the last ten sessions. */
  last: string | undefined;
  /** Subscribers who get digests and follow a ticker of the last delivery; undefined if none of its tickers are known. */
  waiting: number | undefined;
};

/**
 * Looks whether the file that a feed owes has arrived. Only reads, so it may be repeated.
 * @param now ms since 1970
 * @returns undefined if it arrived, in whatever state
 */
export async function findLate(
  ports: Pick<IngestPorts, 'deliveries' | 'records' | 'subscribers'>,
  { detail: { schedule, overrides } }: FileDue,
  now: number,
): Promise<LateFile | undefined> {
  const { feed } = schedule;
  const { last: due } = expectedFiles(schedule, now, overrides);
  if (!due || (await arrived(ports, feed, due.fileDate, now))) return undefined;
  const before = lastSessions(schedule, due.fileDate, SESSIONS_BACK, overrides);
  const last = await lastArrived(ports, feed, before, now);
  return {
    feed,
    fileDate: due.fileDate,
    minutesLate: Math.floor((now - due.dueAt) / 60_000),
    last: last?.delivery,
    waiting: last && (await waitingFor(ports, last, new Date(now).toISOString().slice(0, 10))),
  };
}

async function arrived(
  { deliveries }: Pick<IngestPorts, 'deliveries'>,
  feed: string,
  fileDate: string,
  now: number,
): Promise<DeliveryRecord | undefined> {
  const records = await Promise.all(deliveriesOn(feed, fileDate).map(({ id }) => deliveries.get(id)));
  return records.find((record) => record !== undefined && hasArrived(record, now));
}

async function lastArrived(
  ports: Pick<IngestPorts, 'deliveries'>,
  feed: string,
  sessions: readonly string[],
  now: number,
) {
  for (const fileDate of sessions) {
    const record = await arrived(ports, feed, fileDate, now);
    if (record) return record;
  }
  return undefined;
}

async function waitingFor(
  ports: Pick<IngestPorts, 'records' | 'subscribers'>,
  { delivery, applied }: DeliveryRecord,
  date: string,
): Promise<number | undefined> {
  const manifest = applied && (await readManifest(ports.records, delivery, applied.revision));
  return manifest && countFollowers(ports, new Set(Object.keys(manifest)), date);
}
