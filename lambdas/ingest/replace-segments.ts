import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import type { Report } from '../contracts/report.ts';
import { hashOf, type Manifest, type SegmentNames } from '../domain/delivery/manifest.ts';
import type { Segment, SegmentName } from '../domain/delivery/segment.ts';
import type { SegmentPacker } from '../domain/delivery/segment-packer.ts';
import type { StoredSegment } from '../domain/prices/segment-version.ts';
import { concurrently } from '../runtime/concurrently.ts';
import { checkLease } from './lease.ts';
import type { IngestPorts, Invocation } from './ports.ts';

const BATCHES_AT_ONCE = 12;

export type NamedSegment = StoredSegment & SegmentName;

/** Of which revision the segments are that are written, and which others may have left some. */
export type Saying = Pick<DeliveryRecord, 'delivery' | 'revision' | 'droppedAt' | 'unfinished'>;

/**
 * Writes what a revision says over what earlier revisions of its delivery left, and empties what only those had.
 * What subscribers may have been told is kept beside it, so that their next digest knows what it corrects.
 * @param isFirst the table has nothing of the delivery yet, so nothing needs to be read
 * @throws Error when the lease is about to end
 */
export async function replaceSegments(
  { prices }: Pick<IngestPorts, 'prices'>,
  said: Saying,
  packer: SegmentPacker,
  names: SegmentNames,
  { isFirst, invocation }: { isFirst: boolean; invocation: Invocation },
): Promise<Report['segments']> {
  const { delivery, revision, droppedAt } = said;
  const counts = { written: 0, removed: 0 };
  await concurrently(batches(saidNow(packer, names), prices.batchSize), BATCHES_AT_ONCE, async (batch) => {
    const there = isFirst ? [] : await prices.standing(delivery, batch);
    const { wanted, replaced } = sortOut(batch, there, said);
    for (const { rows } of wanted) counts[rows === '' ? 'removed' : 'written']++;
    checkLease(invocation);
    await prices.keepReplaced(droppedAt, replaced);
    checkLease(invocation);
    await prices.writeSegments({ delivery, revision, droppedAt }, wanted);
  });
  return counts;
}

/**
 * Those of the segments that the table has otherwise than a revision says.
 * @param strays revisions that may have written what no longer counts: what stands in their name deviates, also with the
 * same rows, for a digest would take it for known before
 */
export async function deviatingSegments(
  { prices }: Pick<IngestPorts, 'prices'>,
  delivery: string,
  { names, said, strays }: { names: SegmentNames; said: Manifest; strays: readonly string[] },
): Promise<SegmentNames> {
  const deviating: SegmentNames = new Map();
  await concurrently(batches(namesIn(names), prices.batchSize), BATCHES_AT_ONCE, async (batch) => {
    const there = new Map((await prices.standing(delivery, batch)).map((segment) => [nameOf(segment), segment]));
    for (const name of batch) {
      const { rows, revision } = there.get(nameOf(name)) ?? { rows: '', revision: '' };
      const found = rows === '' ? undefined : hashOf(rows);
      if (found !== said[name.ticker]?.[name.year]?.hash || strays.includes(revision))
        deviating.set(name.ticker, (deviating.get(name.ticker) ?? new Set()).add(name.year));
    }
  });
  return deviating;
}

export function* namesIn(names: SegmentNames): Generator<SegmentName> {
  for (const [ticker, years] of names) for (const year of years) yield { ticker, year };
}

/** Every named segment as the revision has it: without rows where it has none. */
function* saidNow(packer: SegmentPacker, names: SegmentNames): Generator<Segment> {
  const left = new Map([...names].map(([ticker, years]) => [ticker, new Set(years)]));
  for (const { ticker, year, rows } of packer.segments()) {
    if (left.get(ticker)?.delete(year)) yield { ticker, year, rows };
  }
  for (const name of namesIn(left)) yield { ...name, rows: '' };
}

/** Decides what is to be written, and what of that is to be kept first. */
function sortOut(
  batch: readonly Segment[],
  there: readonly NamedSegment[],
  { revision, unfinished }: Saying,
): { wanted: Segment[]; replaced: NamedSegment[] } {
  const standing = new Map(there.map((segment) => [nameOf(segment), segment]));
  const wanted: Segment[] = [];
  const replaced: NamedSegment[] = [];
  for (const segment of batch) {
    const now = standing.get(nameOf(segment));
    const isUnfinished = now !== undefined && unfinished.includes(now.revision);
    if (now ? !isUnfinished && now.rows === segment.rows : segment.rows === '') continue;
    wanted.push(segment);
    const isOwn = now?.revision === revision;
    if (now && !isOwn) replaced.push({ ...now, ...(isUnfinished && { isUnfinished }) });
  }
  return { wanted, replaced };
}

const nameOf = ({ ticker, year }: SegmentName): string => `${year} ${ticker}`;

export function* batches<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
