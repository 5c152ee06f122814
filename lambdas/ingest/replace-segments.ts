import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import type { Report } from '../contracts/report.ts';
import { concurrently } from '../domain/concurrently.ts';
import type { ChangedSegments } from '../domain/deliveries/manifest.ts';
import type { Segment, SegmentName } from '../domain/deliveries/segment.ts';
import type { SegmentPacker } from '../domain/deliveries/segment-packer.ts';
import type { StoredSegment } from '../domain/fold/segment-version.ts';
import type { IngestPorts } from './ports.ts';

const BATCHES_AT_ONCE = 12;

/**
 * Writes what a revision says over what earlier revisions of its delivery left, and empties what only those had.
 * What subscribers may have been told is kept beside it, so that their next digest knows what it corrects.
 * @param isFirst the table has nothing of the delivery yet, so nothing needs to be read
 */
export async function replaceSegments(
  { prices }: Pick<IngestPorts, 'prices'>,
  said: DeliveryRecord,
  packer: SegmentPacker,
  changed: ChangedSegments,
  { isFirst }: { isFirst: boolean },
): Promise<Report['segments']> {
  const { delivery, revision, droppedAt } = said;
  const counts = { written: 0, removed: 0 };
  await concurrently(batches(saidNow(packer, changed), prices.batchSize), BATCHES_AT_ONCE, async (batch) => {
    const there = isFirst ? [] : await prices.standing(delivery, batch);
    const { wanted, replaced } = sortOut(batch, there, said);
    for (const { rows } of wanted) counts[rows === '' ? 'removed' : 'written']++;
    await prices.keepReplaced(droppedAt, replaced);
    await prices.writeSegments({ delivery, revision, droppedAt }, wanted);
  });
  return counts;
}

/** Every changed segment as the revision has it: without rows where it has none. */
function* saidNow(packer: SegmentPacker, changed: ChangedSegments): Generator<Segment> {
  const left = new Map([...changed].map(([ticker, years]) => [ticker, new Set(years)]));
  for (const { ticker, year, rows } of packer.segments()) {
    if (left.get(ticker)?.delete(year)) yield { ticker, year, rows };
  }
  for (const [ticker, years] of left) for (const year of years) yield { ticker, year, rows: '' };
}

type NamedSegment = StoredSegment & SegmentName;

/** Decides what is to be written, and what of that is to be kept first. */
function sortOut(
  batch: readonly Segment[],
  there: readonly NamedSegment[],
  { revision, unfinished }: DeliveryRecord,
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

function* batches<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
