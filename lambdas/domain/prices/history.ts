import { compareDeliveries } from '../../contracts/delivery-id.ts';
import { type DeclaredSplit, tombstoneIn } from '../delivery/tombstone.ts';
import { type Names, namesOf } from './names.ts';
import { type AsOf, isTombstone, type OrderedSegment, orderedSegments, type StoredSegment } from './segment-version.ts';

/** What the segments of a ticker amount to, under all of its names. */
export type History = Names & {
  /** The segments known, in delivery order; of one delivery the older names first. */
  known: OrderedSegment[];
  retirements: Retirement[];
  /** Splits that operators declared, by date. */
  splits: DeclaredSplit[];
};

/**
 * A vendor's row that retires a name. `ticker`: everything before it is gone. `earlier holder`: the name was free when the ticker took
 * it, so only the rows before it under that name are gone. `name`: after the rename the old name is free; its later rows are another's.
 */
export type Retirement = { segment: OrderedSegment; ends: 'ticker' | 'earlier holder' | 'name' };

/** @param segments of the ticker, and of every name that is connected with it by a rename */
export function historyOf(ticker: string, segments: readonly StoredSegment[], asOf?: AsOf): History {
  const ordered = orderedSegments(segments, asOf);
  const { names, renames } = namesOf(ticker, ordered);
  const at = new Map(names.map((name, i) => [name, i]));
  const known = ordered
    .filter((segment) => at.has(segment.ticker))
    .sort(
      (a, b) =>
        compareDeliveries(a.from, b.from) ||
        isTombstone(b) - isTombstone(a) ||
        (at.get(a.ticker) ?? 0) - (at.get(b.ticker) ?? 0),
    );
  const splits = new Map<string, string>();
  const retirements: Retirement[] = [];
  for (const segment of known) {
    const tombstone = tombstoneIn(segment);
    if (tombstone?.isRetired) retirements.push({ segment, ends: endOf(segment, { names, renames }) });
    for (const { date, ratio } of tombstone?.splits ?? []) splits.set(date, ratio);
  }
  const byDate = [...splits].map(([date, ratio]) => ({ date, ratio })).sort((a, b) => (a.date < b.date ? -1 : 1));
  return { names, renames, known, retirements, splits: byDate };
}

/** True if a later retirement removes the segment. */
export const isGone = (segment: OrderedSegment, { retirements }: Pick<History, 'retirements'>): boolean =>
  retirements.some(({ segment: retiring, ends }) => {
    const order = compareDeliveries(segment.from, retiring.from);
    if (ends === 'ticker') return order < 0;
    return segment.ticker === retiring.ticker && (ends === 'name' ? order >= 0 : order < 0);
  });

function endOf({ ticker, from: { fileDate } }: OrderedSegment, { names, renames }: Names): Retirement['ends'] {
  const at = names.indexOf(ticker);
  const [taken, given] = [renames[at - 1]?.date, renames[at]?.date];
  if (given !== undefined && fileDate >= given) return 'name';
  return taken !== undefined && fileDate < taken ? 'earlier holder' : 'ticker';
}
