import { gunzipSync, gzipSync } from 'node:zlib';
import { compareDeliveries, type DeliveryId, parseDeliveryId } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { RETIRED_YEAR, recordKeys } from '../contracts/keys.ts';
import type { Report } from '../contracts/report.ts';
import { concurrently } from '../domain/concurrently.ts';
import {
  changedSegments,
  type Manifest,
  type ManifestEntry,
  manifest,
  manifestEntry,
} from '../domain/deliveries/manifest.ts';
import type { SegmentPacker } from '../domain/deliveries/segment-packer.ts';
import { fold } from '../domain/fold/fold.ts';
import type { IngestPorts } from './ports.ts';
import type { ReadDelivery } from './read-delivery.ts';
import { replaceSegments } from './replace-segments.ts';

const QUERIES_AT_ONCE = 16;

export type Applied = Pick<
  Report,
  'duplicates' | 'updatesThatInserted' | 'retiredTickers' | 'tickers' | 'changedTickers' | 'segments'
>;

/** A revision that is being applied, and what it says. */
export type Applying = Pick<ReadDelivery, 'packer' | 'updates'> & { delivery: DeliveryId; record: DeliveryRecord };

/**
 * Brings the prices table in line with what one revision says. Every step overwrites what an earlier try of it
 * left; nothing depends on how far that try came.
 */
export async function applyDelivery(
  ports: IngestPorts,
  { delivery, record, packer, updates }: Applying,
): Promise<Applied> {
  const before = await earlierManifests(ports, record);
  const { manifest: after, duplicates } = manifestOf(packer);
  const keys = recordKeys(delivery.id, record.revision);
  // Before the first segment: should this revision die half-way, the next one knows what it may have left behind.
  await ports.records.put(keys.manifest, gzipSync(JSON.stringify(after), { level: 1 }), 'application/gzip');
  const changed = changedSegments(before, after);
  const changedTickers = [...changed.keys()].sort();
  await ports.records.put(keys.changes, gzipSync(JSON.stringify(changedTickers)), 'application/gzip');
  const updatesThatInserted = await countInserting(ports, delivery, updates);
  // Before anybody can hear of them: who follows a ticker must find it.
  await ports.tickers.add(changedTickers.filter((ticker) => after[ticker]));
  const segments = await replaceSegments(ports, record, packer, changed, {
    isFirst: !record.applied && before.length === 1,
  });
  return {
    duplicates,
    updatesThatInserted,
    retiredTickers: Object.values(after).filter((years) => years[RETIRED_YEAR]).length,
    tickers: packer.tickerCount,
    changedTickers: changedTickers.length,
    segments,
  };
}

/** What the revision applied last says, and what those begun since then may have written. */
async function earlierManifests(
  { records }: IngestPorts,
  { delivery, applied, unfinished, revision }: DeliveryRecord,
): Promise<Manifest[]> {
  const load = async (of: string): Promise<Manifest | undefined> => {
    const bytes = await records.get(recordKeys(delivery, of).manifest);
    return bytes && manifest.parse(JSON.parse(gunzipSync(bytes).toString()));
  };
  const begun = await Promise.all(unfinished.filter((other) => other !== revision).map(load));
  // One without a manifest died before its first write.
  const written = begun.filter((other) => other !== undefined);
  return [(applied && (await load(applied.revision))) ?? {}, ...written];
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

/** How many `U` rows find no observation in what deliveries before this one say. */
async function countInserting(
  { prices }: IngestPorts,
  delivery: DeliveryId,
  updates: Map<string, string[]>,
): Promise<number> {
  let inserting = 0;
  await concurrently(updates, QUERIES_AT_ONCE, async ([ticker, dates]) => {
    const firstYear = dates.toSorted()[0]?.slice(0, 4) ?? '';
    const { standing } = await prices.segmentsOf(ticker, firstYear);
    const earlier = standing.filter((segment) => compareDeliveries(parseDeliveryId(segment.delivery), delivery) < 0);
    const known = new Set(fold(earlier).map(({ date }) => date));
    inserting += new Set(dates.filter((date) => !known.has(date))).size;
  });
  return inserting;
}
