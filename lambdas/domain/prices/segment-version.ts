import { compareDeliveries, type DeliveryId, parseDeliveryId } from '../../contracts/delivery-id.ts';
import { TOMBSTONE_YEAR } from '../../contracts/keys.ts';
import type { RevisionId } from '../../contracts/revision.ts';
import { newYorkClose } from '../calendar/new-york.ts';

/** A segment with the revision that wrote it, as the store returns it. */
export type StoredSegment = {
  /** The ticker whose item it is. A ticker that was renamed has segments under each of its names. */
  ticker: string;
  year: string;
  /** Delivery id, see contracts/delivery-id.ts. */
  delivery: string;
  revision: RevisionId;
  /** ISO instant from which subscribers may know that revision. */
  knownAt: string;
  /** Packed rows, see delivery/segment.ts. */
  rows: string;
  /** True if its revision was never applied completely: it was never announced, but other digests may have displayed it. */
  isUnfinished?: true;
  /** True if a later revision replaced it. */
  isReplaced?: true;
};

/** All segments of one ticker, under all names that are connected with it by a rename. */
export type TickerSegments = {
  /** The current segments of every delivery. */
  current: StoredSegment[];
  /** Every version of every segment, the current ones included. A version without rows means that its revision has no row for that year. */
  versions: StoredSegment[];
};

/**
 * Limits the fold to deliveries up to this time: an ISO date (file dates up to it), or an ISO instant (a delivery counts from 16:00 New
 * York time on its file date). `knownAt` is not used.
 */
export type AsOf = string;

export type OrderedSegment = StoredSegment & { from: DeliveryId };

/**
 * All segments known at `asOf`, in delivery order. Within a delivery the tombstone comes first: the other rows of the delivery come
 * after it.
 */
export function orderedSegments(segments: readonly StoredSegment[], asOf?: AsOf): OrderedSegment[] {
  return segments
    .map((segment) => ({ ...segment, from: parseDeliveryId(segment.delivery) }))
    .filter(({ from }) => asOf === undefined || isKnown(from, asOf))
    .sort((a, b) => compareDeliveries(a.from, b.from) || (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Tombstones first, then by name and year. */
const keyOf = ({ ticker, year, revision }: StoredSegment): string =>
  `${year === TOMBSTONE_YEAR ? 0 : 1} ${ticker} ${year} ${revision}`;

const isKnown = ({ fileDate }: DeliveryId, asOf: AsOf): boolean =>
  asOf.includes('T') ? Date.parse(newYorkClose(fileDate)) <= Date.parse(asOf) : fileDate <= asOf;
