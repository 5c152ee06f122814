import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import type { Report } from '../contracts/report.ts';
import type { RevisionId } from '../contracts/revision.ts';
import { hashOf, type Manifest, type SegmentNames } from '../domain/delivery/manifest.ts';
import type { Segment, SegmentName } from '../domain/delivery/segment.ts';
import type { SegmentPacker } from '../domain/delivery/segment-packer.ts';
import type { StoredSegment } from '../domain/prices/segment-version.ts';
import { concurrently } from '../runtime/concurrently.ts';
import type { Invocation } from '../runtime/invocation.ts';
import { checkLease } from './lease.ts';
import type { IngestPorts } from './ports.ts';

const BATCHES_AT_ONCE = 12;

/** The revision that writes, and the revisions that may have left segments. */
export type WritingRevision = Pick<DeliveryRecord, 'delivery' | 'revision' | 'knownAt' | 'unfinished'>;

/**
 * Writes the named segments of a revision over those of earlier revisions; a segment that the revision does not have becomes empty.
 * Replaced segments are copied first, so that the next digest can list what it corrects.
 * @param isFirst true if the table has no segment of the delivery: nothing needs to be read
 * @throws Error shortly before the lease ends
 */
export async function replaceSegments(
  { prices }: Pick<IngestPorts, 'prices'>,
  writing: WritingRevision,
  packer: SegmentPacker,
  names: SegmentNames,
  { isFirst, invocation }: { isFirst: boolean; invocation: Invocation },
): Promise<Report['segments']> {
  const { delivery, revision, knownAt } = writing;
  const counts = { written: 0, removed: 0 };
  await concurrently(batches(namedSegments(packer, names), prices.batchSize), BATCHES_AT_ONCE, async (batch) => {
    const current = isFirst ? [] : await prices.currentSegments(delivery, batch);
    const { toWrite, toKeep } = compare(batch, current, writing);
    for (const { rows } of toWrite) counts[rows === '' ? 'removed' : 'written']++;
    checkLease(invocation);
    await prices.keepReplaced(knownAt, toKeep);
    checkLease(invocation);
    await prices.writeSegments({ delivery, revision, knownAt }, toWrite);
  });
  return counts;
}

/**
 * Compares the prices table with a manifest.
 * @param invalid revisions that must not own a segment. Their segments must be rewritten even if the rows are the same: otherwise a digest
 * takes these rows for already known, and finds no change
 * @returns the segments whose rows differ, and those of invalid revisions
 */
export async function differingSegments(
  { prices }: Pick<IngestPorts, 'prices'>,
  delivery: string,
  { names, manifest, invalid }: { names: SegmentNames; manifest: Manifest; invalid: readonly RevisionId[] },
): Promise<SegmentNames> {
  const differing: SegmentNames = new Map();
  await concurrently(batches(namesIn(names), prices.batchSize), BATCHES_AT_ONCE, async (batch) => {
    const current = await prices.currentSegments(delivery, batch);
    const byName = new Map(current.map((segment) => [nameOf(segment), segment]));
    for (const name of batch) {
      const { rows, revision } = byName.get(nameOf(name)) ?? { rows: '', revision: '' };
      const found = rows === '' ? undefined : hashOf(rows);
      if (found !== manifest[name.ticker]?.[name.year]?.hash || invalid.includes(revision))
        differing.set(name.ticker, (differing.get(name.ticker) ?? new Set()).add(name.year));
    }
  });
  return differing;
}

export function* namesIn(names: SegmentNames): Generator<SegmentName> {
  for (const [ticker, years] of names) for (const year of years) yield { ticker, year };
}

/** The named segments of a revision; without rows if the revision does not have them. */
function* namedSegments(packer: SegmentPacker, names: SegmentNames): Generator<Segment> {
  const left = new Map([...names].map(([ticker, years]) => [ticker, new Set(years)]));
  for (const { ticker, year, rows } of packer.segments()) {
    if (left.get(ticker)?.delete(year)) yield { ticker, year, rows };
  }
  for (const name of namesIn(left)) yield { ...name, rows: '' };
}

/** Decides which segments of a batch must be written, and which current ones must be kept first. */
function compare(
  batch: readonly Segment[],
  current: readonly StoredSegment[],
  { revision, unfinished }: WritingRevision,
): { toWrite: Segment[]; toKeep: StoredSegment[] } {
  const byName = new Map(current.map((segment) => [nameOf(segment), segment]));
  const toWrite: Segment[] = [];
  const toKeep: StoredSegment[] = [];
  for (const segment of batch) {
    const before = byName.get(nameOf(segment));
    const isUnfinished = before !== undefined && unfinished.includes(before.revision);
    if (before ? !isUnfinished && before.rows === segment.rows : segment.rows === '') continue;
    toWrite.push(segment);
    const isOwn = before?.revision === revision;
    if (before && !isOwn) toKeep.push({ ...before, ...(isUnfinished && { isUnfinished }) });
  }
  return { toWrite, toKeep };
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
