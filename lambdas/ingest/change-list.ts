import { gunzipSync, gzipSync } from 'node:zlib';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import { changeList, type TickerChange } from '../contracts/refreshed.ts';
import { concurrently } from '../domain/concurrently.ts';
import { changedSegments, contentHash, type Manifest, type SegmentName } from '../domain/deliveries/manifest.ts';
import type { IngestPorts } from './ports.ts';

const QUERIES_AT_ONCE = 16;

/**
 * Lists what a revision changes, with the segments it is about to replace, and keeps the list in the records
 * bucket. A retry finds it there: by then those segments may be overwritten.
 */
export async function keepChangeList(
  { records, prices }: Pick<IngestPorts, 'records' | 'prices'>,
  { delivery, revision }: Pick<DeliveryRecord, 'delivery' | 'revision'>,
  applied: Manifest,
  after: Manifest,
): Promise<TickerChange[]> {
  const key = recordKeys(delivery, revision).changes;
  const kept = await records.get(key);
  if (kept) return changeList.parse(JSON.parse(gunzipSync(kept).toString()));
  const changes: TickerChange[] = [];
  await concurrently(changedSegments(applied, after), QUERIES_AT_ONCE, async ([ticker, names]) => {
    changes.push({ ticker, replaced: await standingOf(prices, delivery, names, applied) });
  });
  changes.sort((a, b) => (a.ticker < b.ticker ? -1 : 1));
  await records.put(key, gzipSync(JSON.stringify(changes)), 'application/gzip');
  return changes;
}

/** Those of the named segments of one ticker that stand as the applied revision wrote them. */
async function standingOf(
  prices: IngestPorts['prices'],
  delivery: string,
  names: SegmentName[],
  applied: Manifest,
): Promise<TickerChange['replaced']> {
  const hashes = new Map(
    names.flatMap(({ ticker, year }) => {
      const entry = applied[ticker]?.[year];
      return entry ? [[year, entry.hash]] : [];
    }),
  );
  const [first] = [...hashes.keys()].sort();
  if (!first) return [];
  const segments = await prices.segmentsOf(names[0]?.ticker ?? '', first);
  // One that differs was written by a revision that died half-way, and was never told of.
  return segments
    .filter((segment) => segment.delivery === delivery && hashes.get(segment.year) === contentHash(segment.rows))
    .map(({ year, rows, droppedAt }) => ({ year, rows, droppedAt }));
}
