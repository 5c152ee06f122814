import { compareDeliveries, type DeliveryId, parseDeliveryId } from '../../contracts/delivery-id.ts';
import { RETIRED_YEAR } from '../../contracts/keys.ts';
import { newYorkClose } from '../calendar/new-york-close.ts';

/** A segment as the store hands it out: with the revision that wrote it. */
export type StoredSegment = {
  year: string;
  /** Delivery id, see contracts/delivery-id.ts. */
  delivery: string;
  /** S3 sequencer of the revision. */
  revision: string;
  /** ISO instant at which the vendor dropped that revision. */
  droppedAt: string;
  /** Packed rows, see deliveries/segment.ts. */
  rows: string;
  /** True where its revision died half-way: it said "refreshed" to nobody, but digests of other deliveries may show it. */
  isUnfinished?: true;
  /** True where a later revision stands in its place. */
  isReplaced?: true;
};

/** What the store has of one ticker. */
export type TickerSegments = {
  /** What every delivery says now. */
  standing: StoredSegment[];
  /**
   * Every version there was of each segment, the standing ones included. One without rows tells that a revision
   * no longer says anything of that year.
   */
  versions: StoredSegment[];
};

/** Which knowledge to fold: that of an ISO date (deliveries up to it) or of an ISO instant. */
export type AsOf = string;

export type OrderedSegment = StoredSegment & { from: DeliveryId };

/** The segments known at `asOf`, in the order in which deliveries speak, without what a later retirement took. */
export function standingSegments(segments: readonly StoredSegment[], asOf?: AsOf): OrderedSegment[] {
  const known = orderedSegments(segments, asOf);
  const retirement = known.findLast(({ year }) => year === RETIRED_YEAR);
  return known.filter(
    (segment) => segment.year !== RETIRED_YEAR && !(retirement && compareDeliveries(segment.from, retirement.from) < 0),
  );
}

/**
 * All segments known at `asOf`, in the order in which deliveries speak. Within a delivery its tombstone comes
 * first: what stands beside it was said after it.
 */
export function orderedSegments(segments: readonly StoredSegment[], asOf?: AsOf): OrderedSegment[] {
  return segments
    .map((segment) => ({ ...segment, from: parseDeliveryId(segment.delivery) }))
    .filter(({ from }) => asOf === undefined || isKnown(from, asOf))
    .sort((a, b) => compareDeliveries(a.from, b.from) || isTombstone(b) - isTombstone(a));
}

const isTombstone = ({ year }: StoredSegment): number => Number(year === RETIRED_YEAR);

const isKnown = ({ fileDate }: DeliveryId, asOf: AsOf): boolean =>
  asOf.includes('T') ? Date.parse(newYorkClose(fileDate)) <= Date.parse(asOf) : fileDate <= asOf;
