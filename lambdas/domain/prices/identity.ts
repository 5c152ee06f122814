import { addDays } from '../../contracts/dates.ts';
import { compareDeliveries } from '../../contracts/delivery-id.ts';
import { TOMBSTONE_YEAR } from '../../contracts/keys.ts';
import { type DeclaredSplit, tombstoneIn } from '../delivery/tombstone.ts';
import { type Name, namesOf } from './names.ts';
import { type AsOf, type OrderedSegment, orderedSegments, type StoredSegment } from './segment-version.ts';

/** A vendor may retire the old name some days before the first close under the new one. */
const DAYS_BEFORE_RENAME = 5;

/** What a ticker is under all of its names, as its segments tell. */
export type Identity = {
  names: readonly Name[];
  /** The segments known, in delivery order; of one delivery the older names first. */
  known: OrderedSegment[];
  /** Retirements of the ticker: everything before them is gone. */
  retirements: OrderedSegment[];
  /** Splits that operators declared, by date. */
  splits: DeclaredSplit[];
  /** True if the close of a date (ISO) in a segment is of this ticker, and not of another one that had or has its name. */
  isOwn: (segment: OrderedSegment, date: string) => boolean;
};

/** @param segments of the ticker, and of every name that is connected with it by a rename */
export function identityOf(ticker: string, segments: readonly StoredSegment[], asOf?: AsOf): Identity {
  const ordered = orderedSegments(segments, asOf);
  const names = namesOf(ticker, ordered);
  const at = new Map(names.map(({ name }, i) => [name, i]));
  const nameOf = (segment: OrderedSegment): Name => names[at.get(segment.ticker) ?? 0] ?? { name: ticker };
  const byName = (a: OrderedSegment, b: OrderedSegment) =>
    compareDeliveries(a.from, b.from) || rank(a) - rank(b) || (at.get(a.ticker) ?? 0) - (at.get(b.ticker) ?? 0);
  const own = ordered.filter((segment) => at.has(segment.ticker));
  const known = names.length > 1 ? own.sort(byName) : own;
  const retiring = known.filter((segment) => tombstoneIn(segment)?.isRetired);
  const retirements = retiring.filter((segment) => ends(segment, nameOf(segment)));
  const freed = retiring.filter((segment) => frees(segment, nameOf(segment)));
  const isOwn = (segment: OrderedSegment, date: string) =>
    isWithin(nameOf(segment), segment.from.fileDate, date) &&
    !freed.some((one) => one.ticker === segment.ticker && compareDeliveries(segment.from, one.from) >= 0);
  return { names, known, retirements, splits: splitsIn({ known, retirements, isOwn }), isOwn };
}

/** Within a delivery the tombstone comes first: its other rows come after it. */
const rank = ({ year }: StoredSegment): number => (year === TOMBSTONE_YEAR ? 0 : 1);

/** True if a later retirement removes the segment. */
export function isGone(segment: OrderedSegment, { retirements }: Pick<Identity, 'retirements'>): boolean {
  const last = retirements.at(-1);
  return last !== undefined && compareDeliveries(segment.from, last.from) < 0;
}

/**
 * True if a close under a name is of the ticker. Before it took the name, files wrote of another ticker; later files may write its older
 * closes under the new name. Vendors may use the old name for some time, until another ticker has it.
 */
function isWithin({ taken, lost }: Name, fileDate: string, date: string): boolean {
  if (taken !== undefined && date < taken && fileDate < taken) return false;
  return lost === undefined || (date < lost && fileDate < lost);
}

/** True if a retirement of a name that the ticker gave up only frees the name: its later rows are of another ticker. */
const frees = ({ from: { fileDate } }: OrderedSegment, { given }: Name): boolean =>
  given !== undefined && fileDate >= addDays(given, -DAYS_BEFORE_RENAME);

/** True if a retirement ends the ticker: it is not of another ticker with that name, nor of a name that was given up. */
function ends(segment: OrderedSegment, name: Name): boolean {
  const { fileDate } = segment.from;
  const isEarlier = name.taken !== undefined && fileDate <= name.taken;
  const isLater = name.lost !== undefined && fileDate >= name.lost;
  return !frees(segment, name) && !isEarlier && !isLater;
}

function splitsIn(identity: Pick<Identity, 'known' | 'retirements' | 'isOwn'>): DeclaredSplit[] {
  const splits = new Map<string, string>();
  for (const segment of identity.known.filter((one) => !isGone(one, identity))) {
    for (const { date, ratio } of tombstoneIn(segment)?.splits ?? [])
      if (identity.isOwn(segment, date)) splits.set(date, ratio);
  }
  return [...splits].map(([date, ratio]) => ({ date, ratio })).sort((a, b) => (a.date < b.date ? -1 : 1));
}
