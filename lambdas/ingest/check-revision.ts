import { type Checks, checks } from '../contracts/checks.ts';
import { addDays } from '../contracts/dates.ts';
import type { DeliveryId } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys, TOMBSTONE_YEAR } from '../contracts/keys.ts';
import type { Limits } from '../contracts/profile.ts';
import { type Compared, checksOf } from '../domain/delivery/checks.ts';
import type { Manifest } from '../domain/delivery/manifest.ts';
import { type Segment, unpackRows } from '../domain/delivery/segment.ts';
import type { ReadDelivery } from '../domain/vendor-file/reading-file.ts';
import { readManifest } from './manifests.ts';
import type { IngestPorts } from './ports.ts';
import { batches } from './replace-segments.ts';

/** How far back the feed's delivery before is looked for: over a weekend and holidays. */
const DAYS_BACK = 5;
/** Tickers whose closes are compared with the ones before: enough to see a share. */
const COMPARED_TICKERS = 300;

/**
 * Compares a revision with what it would replace, and with the feed's delivery before. The result is stored once; retries read it.
 * @returns what was decided first
 */
export async function checkRevision(
  ports: Pick<IngestPorts, 'records' | 'deliveries' | 'prices'>,
  delivery: DeliveryId,
  record: DeliveryRecord,
  read: ReadDelivery,
  limits: Limits,
): Promise<Checks> {
  const key = recordKeys(delivery.id, record.revision).checks(record.profile);
  const decided = await readChecks(ports, key);
  if (decided) return decided;
  const found = checksOf(await compared(ports, delivery, record, read), limits);
  const isFirst = await ports.records.putNew(key, JSON.stringify(found, undefined, 2), 'application/json');
  if (isFirst) return found;
  const first = await readChecks(ports, key);
  if (!first) throw new Error(`Expected checks at ${key} in the records bucket, found none. The next try reads them.`);
  return first;
}

async function readChecks({ records }: Pick<IngestPorts, 'records'>, key: string): Promise<Checks | undefined> {
  const bytes = await records.get(key);
  return bytes && checks.parse(JSON.parse(Buffer.from(bytes).toString()));
}

async function compared(
  ports: Pick<IngestPorts, 'records' | 'deliveries' | 'prices'>,
  delivery: DeliveryId,
  record: DeliveryRecord,
  { packer, rows, inserts }: ReadDelivery,
): Promise<Compared> {
  const { applied } = record;
  const replaced =
    applied && !applied.isRevocation ? await readManifest(ports.records, delivery.id, applied.revision) : undefined;
  // A file of corrections has few tickers on purpose.
  const before = inserts === 0 ? undefined : await deliveryBefore(ports, delivery);
  const manifest = replaced ?? before?.manifest;
  return {
    rows: rows.accepted,
    tickers: packer.tickers(),
    replaces:
      applied && replaced
        ? {
            revision: applied.revision,
            rows: applied.counts?.accepted ?? 0,
            tickers: Object.keys(replaced).length,
          }
        : undefined,
    before:
      inserts === 0 || !manifest
        ? undefined
        : { delivery: replaced ? delivery.id : (before?.id ?? ''), tickers: new Set(Object.keys(manifest)) },
    unchangedCloses: before ? await unchangedCloses(ports, before, packer.segments()) : { count: 0, of: 0 },
  };
}

type DeliveryBefore = { id: string; manifest: Manifest };

/** The feed's last applied delivery before this one; undefined if there is none in the days before. */
async function deliveryBefore(
  { deliveries, records }: Pick<IngestPorts, 'records' | 'deliveries'>,
  delivery: DeliveryId,
): Promise<DeliveryBefore | undefined> {
  for (const id of idsBefore(delivery)) {
    const applied = (await deliveries.get(id))?.applied;
    if (!applied || applied.isRevocation) continue;
    const manifest = await readManifest(records, id, applied.revision);
    if (manifest) return { id, manifest };
  }
  return undefined;
}

/** Ids that the feed's delivery before may have, the latest first. */
function idsBefore({ feed, fileDate, kind }: DeliveryId): string[] {
  const idOf = (days: number, one: DeliveryId['kind']) => `${feed && `${feed}/`}${addDays(fileDate, -days)}.${one}`;
  const earlier = Array.from({ length: DAYS_BACK }, (_, i) => [idOf(i + 1, 'incremental'), idOf(i + 1, 'history')]);
  return [...(kind === 'incremental' ? [idOf(0, 'history')] : []), ...earlier.flat()];
}

/** Compares the last close of the first tickers with their last close in the delivery before. */
async function unchangedCloses(
  { prices }: Pick<IngestPorts, 'prices'>,
  { id, manifest }: DeliveryBefore,
  segments: Iterable<Segment>,
): Promise<Compared['unchangedCloses']> {
  const closes = new Map<string, Last>();
  for (const segment of segments) {
    const last = lastOf(segment);
    if (last && lastYear(manifest[segment.ticker])) closes.set(segment.ticker, last);
    if (closes.size === COMPARED_TICKERS) break;
  }
  const names = [...closes.keys()].map((ticker) => ({ ticker, year: lastYear(manifest[ticker]) ?? '' }));
  const pairs: [own: Last, before: Last][] = [];
  for (const batch of batches(names, prices.batchSize)) {
    for (const segment of await prices.currentSegments(id, batch)) {
      const [own, before] = [closes.get(segment.ticker), lastOf(segment)];
      if (own && before && own.date > before.date) pairs.push([own, before]);
    }
  }
  return { count: pairs.filter(([own, before]) => own.close === before.close).length, of: pairs.length };
}

type Last = { date: string; close: string };

function lastOf(segment: Pick<Segment, 'year' | 'rows'>): Last | undefined {
  const row = unpackRows(segment).findLast(({ close }) => close !== undefined);
  return row?.close === undefined ? undefined : { date: `${segment.year}${row.day}`, close: row.close };
}

/** The last year in which a delivery has rows of a ticker. */
const lastYear = (years: Manifest[string] | undefined): string | undefined =>
  Object.keys(years ?? {})
    .filter((year) => year !== TOMBSTONE_YEAR)
    .sort()
    .at(-1);
