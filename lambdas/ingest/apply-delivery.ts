import { gunzipSync, gzipSync } from 'node:zlib';
import { compareDeliveries, type DeliveryId, parseDeliveryId } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { RETIRED_YEAR, recordKeys } from '../contracts/keys.ts';
import type { TickerChange } from '../contracts/refreshed.ts';
import type { Report } from '../contracts/report.ts';
import { concurrently } from '../domain/concurrently.ts';
import {
  type Manifest,
  type ManifestEntry,
  manifest,
  manifestEntry,
  staleSegments,
} from '../domain/deliveries/manifest.ts';
import type { PackedSegment, SegmentPacker } from '../domain/deliveries/segment-packer.ts';
import { fold } from '../domain/fold/fold.ts';
import { keepChangeList } from './change-list.ts';
import type { IngestPorts } from './ports.ts';
import type { ReadDelivery } from './read-delivery.ts';

const QUERIES_AT_ONCE = 16;

export type Applied = {
  changes: TickerChange[];
  counts: Pick<
    Report,
    'duplicates' | 'updatesThatInserted' | 'retiredTickers' | 'tickers' | 'changedTickers' | 'segments'
  >;
};

/**
 * Brings the prices table in line with what one revision says. Every step overwrites what an earlier try of it
 * left; nothing depends on how far that try came.
 */
export async function applyDelivery(
  ports: IngestPorts,
  delivery: DeliveryId,
  record: DeliveryRecord,
  { packer, updates }: ReadDelivery,
): Promise<Applied> {
  const before = await manifestsOf(ports, delivery.id, record);
  const { manifest: after, duplicates } = manifestOf(packer);
  // Before the first segment: should this revision die half-way, the next one knows what it may have left behind.
  const key = recordKeys(delivery.id, record.revision).manifest;
  await ports.records.put(key, gzipSync(JSON.stringify(after), { level: 1 }), 'application/gzip');
  const changes = await keepChangeList(ports, record, before.applied, after);
  const updatesThatInserted = await countInserting(ports, delivery, updates);

  const isClean = before.unfinished.length === 0;
  const wanted = isClean ? segmentsUnlike(before.applied, packer) : packer.segments();
  let written = 0;
  await ports.prices.writeSegments(
    delivery.id,
    record.droppedAt,
    counted(wanted, () => written++),
  );
  const stale = [before.applied, ...before.unfinished].flatMap((earlier) => staleSegments(earlier, after));
  await ports.prices.removeSegments(
    delivery.id,
    uniqueBy(stale, ({ ticker, year }) => `${year} ${ticker}`),
  );
  return {
    changes,
    counts: {
      duplicates,
      updatesThatInserted,
      retiredTickers: Object.values(after).filter((years) => years[RETIRED_YEAR]).length,
      tickers: packer.tickerCount,
      changedTickers: changes.length,
      segments: { written, removed: stale.length },
    },
  };
}

/** What the revision applied last says, and what those begun since then may have written. */
async function manifestsOf(
  { records }: IngestPorts,
  delivery: string,
  { applied, unfinished, revision }: DeliveryRecord,
): Promise<{ applied: Manifest; unfinished: Manifest[] }> {
  const load = async (of: string): Promise<Manifest | undefined> => {
    const bytes = await records.get(recordKeys(delivery, of).manifest);
    return bytes && manifest.parse(JSON.parse(gunzipSync(bytes).toString()));
  };
  const others = await Promise.all(unfinished.filter((other) => other !== revision).map(load));
  return {
    applied: (applied && (await load(applied.revision))) ?? {},
    // One without a manifest died before its first write.
    unfinished: others.filter((other) => other !== undefined),
  };
}

function manifestOf(packer: SegmentPacker): { manifest: Manifest; duplicates: number } {
  // A Map, since a ticker may be called "constructor".
  const tickers = new Map<string, Record<string, ManifestEntry>>();
  let duplicates = 0;
  for (const segment of packer.segments()) {
    const years = tickers.get(segment.ticker) ?? {};
    years[segment.year] = manifestEntry(segment);
    tickers.set(segment.ticker, years);
    duplicates += segment.overwritten;
  }
  return { manifest: Object.fromEntries(tickers), duplicates };
}

/** Segments that are in the table already need not be written, and keep the time at which they were first said. */
function* segmentsUnlike(applied: Manifest, packer: SegmentPacker): Generator<PackedSegment> {
  const known = new Map(Object.entries(applied));
  for (const segment of packer.segments()) {
    const there = known.get(segment.ticker)?.[segment.year];
    if (there?.hash !== manifestEntry(segment).hash) yield segment;
  }
}

/** How many `U` rows find no observation in what deliveries before this one say. */
async function countInserting(
  { prices }: IngestPorts,
  delivery: DeliveryId,
  updates: Map<string, string[]>,
): Promise<number> {
  let inserting = 0;
  await concurrently(updates, QUERIES_AT_ONCE, async ([ticker, dates]) => {
    const firstYear = dates.toSorted()[0]?.slice(0, 4) ?? '';
    const segments = await prices.segmentsOf(ticker, firstYear);
    const earlier = segments.filter((segment) => compareDeliveries(parseDeliveryId(segment.delivery), delivery) < 0);
    const known = new Set(fold(earlier).map(({ date }) => date));
    inserting += new Set(dates.filter((date) => !known.has(date))).size;
  });
  return inserting;
}

function* counted<T>(items: Iterable<T>, count: () => void): Generator<T> {
  for (const item of items) {
    count();
    yield item;
  }
}

const uniqueBy = <T>(items: readonly T[], key: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
];
