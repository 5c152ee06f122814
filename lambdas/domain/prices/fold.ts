import { type SegmentRow, unpackRows } from '../delivery/segment.ts';
import { type AsOf, type StoredSegment, standingSegments } from './segment-version.ts';

/** One ticker, one date: the value that stands. All values are exact decimals. */
export type Observation = {
  /** ISO date */
  date: string;
  close: string;
  open?: string;
  high?: string;
  low?: string;
  volume?: string;
  /** Delivery that said it. */
  delivery: string;
  /** The close that an earlier delivery had given for this date, where it was another one. */
  corrects?: string;
};

/**
 * Folds all segments of one ticker into the observations that stand, by date.
 * The order of `segments` does not matter: deliveries are ordered by file date, kind and feed.
 * @param asOf fold only what was known then: an ISO date, or an ISO instant
 */
export function fold(segments: readonly StoredSegment[], asOf?: AsOf): Observation[] {
  const book: Book = { standing: new Map(), deleted: new Map() };
  for (const segment of standingSegments(segments, asOf)) {
    for (const row of unpackRows(segment)) {
      const date = `${segment.year}-${row.day.slice(0, 2)}-${row.day.slice(2)}`;
      if (row.close === undefined) strike(book, date);
      else enter(book, observed(date, row.close, row, segment.delivery));
    }
  }
  return [...book.standing.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

type Book = {
  standing: Map<string, Observation>;
  /** The last close of each deleted date, so that a new value for it is known as a correction. */
  deleted: Map<string, string>;
};

function strike({ standing, deleted }: Book, date: string): void {
  const before = standing.get(date);
  if (!before) return;
  standing.delete(date);
  deleted.set(date, before.close);
}

function enter({ standing, deleted }: Book, observation: Observation): void {
  const { date, close } = observation;
  const before = standing.get(date);
  const closeBefore = before?.close ?? deleted.get(date);
  const isCorrection = closeBefore !== undefined && closeBefore !== close;
  const corrects = isCorrection ? closeBefore : before?.corrects;
  standing.set(date, corrects === undefined ? observation : { ...observation, corrects });
}

function observed(date: string, close: string, row: SegmentRow, delivery: string): Observation {
  const { day: _day, close: _close, ...extras } = row;
  return { date, close, ...extras, delivery };
}
