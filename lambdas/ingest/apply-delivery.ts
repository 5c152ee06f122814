import { gzipSync } from 'node:zlib';
import { readAllManifests, readChanges, readManifest } from '../adapters/manifests.ts';
import type { RenamedTicker } from '../adapters/tickers-table.ts';
import { compareDeliveries, type DeliveryId, isDeclared, parseDeliveryId } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import type { Report } from '../contracts/report.ts';
import { isSmokeTest } from '../contracts/smoke-test.ts';
import { allSegments, changedSegments, type Manifest, manifestOf, merged } from '../domain/delivery/manifest.ts';
import type { SegmentPacker } from '../domain/delivery/segment-packer.ts';
import { tombstoneIn } from '../domain/delivery/tombstone.ts';
import { fold } from '../domain/prices/fold.ts';
import { readTicker } from '../pricing/read-ticker.ts';
import { concurrently } from '../runtime/concurrently.ts';
import type { Invocation } from '../runtime/invocation.ts';
import type { IngestPorts } from './ports.ts';
import { differingSegments, replaceSegments } from './replace-segments.ts';

const QUERIES_AT_ONCE = 16;
/** A paused invocation can still write only the batches that it had started. If more rounds are needed, something else is wrong. */
const MAX_ROUNDS = 3;

type Applied = Pick<
  Report,
  'duplicates' | 'updatesThatInserted' | 'retiredTickers' | 'tickers' | 'changedTickers' | 'segments'
>;

/** A revision that is being applied, with its rows. */
export type Applying = {
  delivery: DeliveryId;
  record: DeliveryRecord;
  packer: SegmentPacker;
  /** The accepted rows, see domain/delivery/accepted-rows.ts; undefined if there are none. */
  accepted: Buffer | undefined;
  /** True for a command: the table itself is compared too, and repaired. */
  isCommand: boolean;
  /** True if another invocation may still be writing: the table is compared after all writes. */
  isInDoubt: boolean;
  invocation: Invocation;
};

/**
 * Makes the prices table match one revision. Every step overwrites what an earlier try wrote, so it does not matter how far that try
 * came.
 * @throws BadFile if the table of all tickers is full
 * @throws Error shortly before the lease ends, or if another invocation keeps writing
 */
export async function applyDelivery(ports: IngestPorts, applying: Applying): Promise<Applied> {
  const { delivery, record, packer, isCommand, isInDoubt, invocation } = applying;
  const before = await earlierManifests(ports, record, isInDoubt);
  const { manifest, duplicates } = manifestOf(packer.segments());
  const keys = recordKeys(delivery.id, record.revision);
  const others = isCommand || isInDoubt ? await readAllManifests(ports.records, delivery.id) : [];
  const names = allSegments([...before, ...others, manifest]);
  const invalid = record.unfinished.filter((revision) => revision !== record.revision);
  const differing = () => differingSegments(ports, delivery.id, { names, manifest, invalid });
  const changed = merged(changedSegments(before, manifest), isCommand ? await differing() : new Map());
  // An earlier try may have repaired segments already, and crashed before it announced them.
  const changedBefore = isInDoubt ? await readChanges(ports.records, delivery.id, record.revision) : [];
  const changedTickers = [...new Set([...changed.keys(), ...changedBefore])].sort();
  // Before the announcement, so that subscribers find every ticker they read about. Nobody follows that of the smoke test.
  if (!isSmokeTest(delivery.id)) {
    await ports.tickers.add(changedTickers.filter((ticker) => manifest[ticker]));
    await ports.tickers.addCompanies(packer.companies().filter(([ticker]) => changed.has(ticker)));
  }
  if (isDeclared(delivery)) await ports.tickers.addDeclared(changedTickers, renamesIn(packer));
  // Before the first segment: after a crash the next revision knows which segments this one may have written.
  await ports.records.put(keys.manifest, gzipSync(JSON.stringify(manifest), { level: 1 }), 'application/gzip');
  if (applying.accepted) await ports.records.put(keys.rows, applying.accepted, 'application/gzip');
  await ports.records.put(keys.changes, gzipSync(JSON.stringify(changedTickers)), 'application/gzip');
  const updatesThatInserted = await countInserting(ports, delivery, packer);
  const isFirst = !record.applied && before.length === 1 && !isInDoubt && !isCommand;
  const segments = await replaceSegments(ports, record, packer, changed, { isFirst, invocation });
  for (let round = 0; isInDoubt; round++) {
    const left = await differing();
    if (left.size === 0) break;
    if (round === MAX_ROUNDS)
      throw new Error(`${delivery.id}: another invocation keeps writing its segments. Retry later.`);
    await replaceSegments(ports, record, packer, left, { isFirst: false, invocation });
  }
  return {
    duplicates,
    updatesThatInserted,
    retiredTickers: packer.retiredCount,
    tickers: packer.tickerCount,
    changedTickers: changedTickers.length,
    segments,
  };
}

const renamesIn = (packer: SegmentPacker): RenamedTicker[] =>
  [...packer.segments()].flatMap((segment) =>
    (tombstoneIn(segment)?.renames ?? []).map(({ from, to }): RenamedTicker => [from, to]),
  );

/** Manifests of the applied revision and of all unfinished ones. */
async function earlierManifests(
  { records }: IngestPorts,
  { delivery, applied, unfinished }: DeliveryRecord,
  isInDoubt: boolean,
): Promise<Manifest[]> {
  const read = (revision: string) => readManifest(records, delivery, revision);
  // Includes an earlier try of this revision: it may have read the same file with other limits.
  const started = isInDoubt ? await Promise.all(unfinished.map(read)) : [];
  // A revision without a manifest crashed before its first write.
  const written = started.filter((one) => one !== undefined);
  return [(applied && (await read(applied.revision))) ?? {}, ...written];
}

/** Number of `U` rows without an earlier observation. */
async function countInserting({ prices }: IngestPorts, delivery: DeliveryId, packer: SegmentPacker): Promise<number> {
  let inserting = 0;
  await concurrently(packer.updates(), QUERIES_AT_ONCE, async ({ ticker, dates, isRetired }) => {
    if (isRetired) {
      inserting += dates.length;
      return;
    }
    const firstYear = dates.toSorted()[0]?.slice(0, 4) ?? '';
    const { current } = await readTicker(prices, ticker, firstYear);
    const earlier = current.filter((segment) => compareDeliveries(parseDeliveryId(segment.delivery), delivery) < 0);
    const known = new Set(fold(ticker, earlier).map(({ date }) => date));
    inserting += dates.filter((date) => !known.has(date)).length;
  });
  return inserting;
}
