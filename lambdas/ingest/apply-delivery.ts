import { gzipSync } from 'node:zlib';
import { compareDeliveries, type DeliveryId, parseDeliveryId } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { RETIRED_YEAR, recordKeys } from '../contracts/keys.ts';
import type { Report } from '../contracts/report.ts';
import { allSegments, changedSegments, type Manifest, manifestOf, merged } from '../domain/delivery/manifest.ts';
import type { SegmentPacker } from '../domain/delivery/segment-packer.ts';
import { fold } from '../domain/prices/fold.ts';
import { concurrently } from '../runtime/concurrently.ts';
import { readAllManifests, readChanges, readManifest } from './manifests.ts';
import type { IngestPorts, Invocation } from './ports.ts';
import { deviatingSegments, replaceSegments } from './replace-segments.ts';

const QUERIES_AT_ONCE = 16;
/** Another writer that was paused has at most one batch under way: more than two rounds mean that something else is wrong. */
const ROUNDS = 3;

type Applied = Pick<
  Report,
  'duplicates' | 'updatesThatInserted' | 'retiredTickers' | 'tickers' | 'changedTickers' | 'segments'
>;

/** A revision that is being applied, and what it says. */
export type Applying = {
  delivery: DeliveryId;
  record: DeliveryRecord;
  packer: SegmentPacker;
  /** True where an operator ordered it: then the table itself is compared too, and mended. */
  isOrdered: boolean;
  /** True where somebody else may still be writing: then the table is compared when all is written. */
  isInDoubt: boolean;
  invocation: Invocation;
};

/**
 * Brings the prices table in line with what one revision says. Every step overwrites what an earlier try of it
 * left; nothing depends on how far that try came.
 * @throws BadFile where the list of all tickers cannot take those of the file
 */
export async function applyDelivery(ports: IngestPorts, applying: Applying): Promise<Applied> {
  const { delivery, record, packer, isOrdered, isInDoubt, invocation } = applying;
  const before = await earlierManifests(ports, record, isInDoubt);
  const { manifest: after, duplicates } = manifestOf(packer.segments());
  const keys = recordKeys(delivery.id, record.revision);
  const others = isOrdered || isInDoubt ? await readAllManifests(ports.records, delivery.id) : [];
  const compared = {
    names: allSegments([...before, ...others, after]),
    said: after,
    strays: record.unfinished.filter((revision) => revision !== record.revision),
  };
  const deviating = () => deviatingSegments(ports, delivery.id, compared);
  const changed = merged(changedSegments(before, after), isOrdered ? await deviating() : new Map());
  // An earlier try may have mended already, and died before it told.
  const toldBefore = isInDoubt ? await readChanges(ports.records, delivery.id, record.revision) : [];
  const changedTickers = [...new Set([...changed.keys(), ...toldBefore])].sort();
  // Before anybody can hear of them: who follows a ticker must find it.
  await ports.tickers.add(changedTickers.filter((ticker) => after[ticker]));
  // Before the first segment: should this revision die half-way, the next one knows what it may have left behind.
  await ports.records.put(keys.manifest, gzipSync(JSON.stringify(after), { level: 1 }), 'application/gzip');
  await ports.records.put(keys.changes, gzipSync(JSON.stringify(changedTickers)), 'application/gzip');
  const updatesThatInserted = await countInserting(ports, delivery, packer);
  const isFirst = !record.applied && before.length === 1 && !isInDoubt && !isOrdered;
  const segments = await replaceSegments(ports, record, packer, changed, { isFirst, invocation });
  for (let round = 0; isInDoubt; round++) {
    const left = await deviating();
    if (left.size === 0) break;
    if (round === ROUNDS) throw new Error(`${delivery.id}: somebody else keeps writing its segments. Try again later.`);
    await replaceSegments(ports, record, packer, left, { isFirst: false, invocation });
  }
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
  { delivery, applied, unfinished }: DeliveryRecord,
  isInDoubt: boolean,
): Promise<Manifest[]> {
  const load = (of: string) => readManifest(records, delivery, of);
  // An earlier try of this very one counts too: it may have read the same file by other limits.
  const begun = isInDoubt ? await Promise.all(unfinished.map(load)) : [];
  // One without a manifest died before its first write.
  const written = begun.filter((other) => other !== undefined);
  return [(applied && (await load(applied.revision))) ?? {}, ...written];
}

/** How many `U` rows find no observation in what deliveries before this one say. */
async function countInserting({ prices }: IngestPorts, delivery: DeliveryId, packer: SegmentPacker): Promise<number> {
  let inserting = 0;
  await concurrently(packer.updates(), QUERIES_AT_ONCE, async ({ ticker, dates, isRetired }) => {
    if (isRetired) {
      inserting += dates.length;
      return;
    }
    const firstYear = dates.toSorted()[0]?.slice(0, 4) ?? '';
    const { standing } = await prices.segmentsOf(ticker, firstYear);
    const earlier = standing.filter((segment) => compareDeliveries(parseDeliveryId(segment.delivery), delivery) < 0);
    const known = new Set(fold(earlier).map(({ date }) => date));
    inserting += dates.filter((date) => !known.has(date)).length;
  });
  return inserting;
}
