import { nameIn, type SegmentRow, unpackRows } from '../delivery/segment.ts';
import type { DeclaredSplit } from '../delivery/tombstone.ts';
import { type Identity, identityOf, isGone } from './identity.ts';
import { nameOn } from './names.ts';
import type { AsOf, OrderedSegment, StoredSegment } from './segment-version.ts';

/** One ticker, one date: the current value. All values are exact decimals. */
export type Observation = {
  /** ISO date */
  date: string;
  close: string;
  open?: string;
  high?: string;
  low?: string;
  volume?: string;
  /** New shares per old: a split that the vendor or an operator declares, on its first close. */
  split?: string;
  /** The delivery this value comes from. */
  delivery: string;
  /** The close that an earlier delivery had for this date, if it was different. */
  corrects?: string;
};

/** One ticker as its segments describe it. */
export type Folded = {
  /** The current observations, by date. */
  observations: Observation[];
  /** The name that the ticker has on its last date: it may have been renamed. */
  ticker: string;
  /** The name of the company, as the last delivery that has one writes it. */
  company: string | undefined;
  identity: Identity;
};

/** The current observations of a ticker, by date: see `folded`. */
export const fold = (ticker: string, segments: readonly StoredSegment[], asOf?: AsOf): Observation[] =>
  folded(ticker, segments, asOf).observations;

/**
 * Folds all segments of one ticker. Their order does not matter: deliveries are ordered by file date, kind and feed.
 * @param segments of the ticker, and of every name that is connected with it by a rename
 * @param asOf fold only deliveries up to this time, by file date (see AsOf)
 */
export function folded(ticker: string, segments: readonly StoredSegment[], asOf?: AsOf): Folded {
  const identity = identityOf(ticker, segments, asOf);
  const current = identity.known.filter((segment) => !isGone(segment, identity));
  const observations = observationsIn(current, identity);
  for (const [at, split] of splitsAt(observations, identity.splits)) {
    const first = observations[at];
    if (first) observations[at] = { ...first, split };
  }
  return {
    observations,
    ticker: nameNow(ticker, observations, identity),
    company: current.flatMap((segment) => nameIn(segment) ?? []).at(-1),
    identity,
  };
}

/** Without a close: the last name if the ticker was retired, otherwise the one that was asked for. */
function nameNow(ticker: string, observations: readonly Observation[], { names, retirements }: Identity): string {
  const last = observations.at(-1);
  if (last) return nameOn(names, last.date);
  return (retirements.length > 0 && names.at(-1)?.name) || ticker;
}

/** Index of the first close on the new scale → ratio. Without a close before it there is nothing to rescale. */
function splitsAt(observations: readonly Observation[], splits: readonly DeclaredSplit[]): Map<number, string> {
  const found = new Map<number, string>();
  for (const { date, ratio } of splits) {
    const at = observations.findIndex((observation) => observation.date >= date);
    if (at < 1) continue;
    const earlier = found.get(at);
    // Several before one close are one split.
    found.set(at, earlier === undefined ? ratio : String(Number(earlier) * Number(ratio)));
  }
  return found;
}

function observationsIn(segments: readonly OrderedSegment[], { isOwn }: Identity): Observation[] {
  const book: Book = { current: new Map(), deleted: new Map() };
  for (const segment of segments) {
    for (const row of unpackRows(segment)) {
      const date = `${segment.year}-${row.day.slice(0, 2)}-${row.day.slice(2)}`;
      if (!isOwn(segment, date)) continue;
      if (row.close === undefined) remove(book, date);
      else set(book, observed(date, row.close, row, segment.delivery));
    }
  }
  return [...book.current.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

type Book = {
  current: Map<string, Observation>;
  /** The last close of each deleted date, so that a new value for it is recognized as a correction. */
  deleted: Map<string, string>;
};

function remove({ current, deleted }: Book, date: string): void {
  const before = current.get(date);
  if (!before) return;
  current.delete(date);
  deleted.set(date, before.close);
}

function set({ current, deleted }: Book, observation: Observation): void {
  const { date, close } = observation;
  const before = current.get(date);
  const closeBefore = before?.close ?? deleted.get(date);
  const isCorrection = closeBefore !== undefined && closeBefore !== close;
  const corrects = isCorrection ? closeBefore : before?.corrects;
  current.set(date, corrects === undefined ? observation : { ...observation, corrects });
}

function observed(date: string, close: string, row: SegmentRow, delivery: string): Observation {
  const { day: _day, close: _close, ...extras } = row;
  return { date, close, ...extras, delivery };
}
