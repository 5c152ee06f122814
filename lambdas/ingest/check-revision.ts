import { readManifest } from '../adapters/manifests.ts';
import { type Checks, checks } from '../contracts/checks.ts';
import { addDays } from '../contracts/dates.ts';
import { type DeliveryId, deliveriesOn, parseDeliveryId } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { exchangeOf } from '../contracts/exchange.ts';
import { recordKeys, TOMBSTONE_YEAR } from '../contracts/keys.ts';
import type { Limits } from '../contracts/profile.ts';
import { CALENDARS, isCovered, sessions } from '../domain/calendar/sessions.ts';
import { type Compared, checksOf, missingAbove } from '../domain/delivery/checks.ts';
import { unpackRows } from '../domain/delivery/segment.ts';
import type { SegmentPacker } from '../domain/delivery/segment-packer.ts';
import { identityOf } from '../domain/prices/identity.ts';
import type { ReadDelivery } from '../domain/vendor-file/read-result.ts';
import { readTicker } from '../pricing/read-ticker.ts';
import { compareCloses, type DeliveryBefore, NOT_COMPARED } from './compare-closes.ts';
import { countFollowers } from './count-followers.ts';
import type { IngestPorts } from './ports.ts';

type CheckPorts = Pick<IngestPorts, 'records' | 'deliveries' | 'prices' | 'subscribers' | 'tickers'>;

/** How far back the feed's delivery before is looked for: over a weekend and holidays. */
const DAYS_BACK = 5;

/**
 * Compares a revision with what it would replace, and with the feed's delivery before. The result is stored once; retries read it.
 * @returns what was decided first
 */
export async function checkRevision(
  ports: CheckPorts,
  delivery: DeliveryId,
  record: DeliveryRecord,
  read: ReadDelivery,
  limits: Limits,
): Promise<Checks> {
  const key = recordKeys(delivery.id, record.revision).checks(record.profile);
  const decided = await readChecks(ports, key);
  if (decided) return decided;
  const comparison = await compared(ports, delivery, record, read);
  const missing = missingAbove(comparison, limits);
  const missingNames = missing?.flatMap((ticker) => comparison.names.get(ticker) ?? [ticker]);
  const followers = missingNames && (await countFollowers(ports, new Set(missingNames), record.knownAt.slice(0, 10)));
  const found = checksOf(comparison, followers, limits);
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
  ports: CheckPorts,
  delivery: DeliveryId,
  record: DeliveryRecord,
  { packer, rows, inserts }: ReadDelivery,
): Promise<Compared & { names: ReadonlyMap<string, string[]> }> {
  const { applied } = record;
  const replaced =
    applied && !applied.isRevocation ? await readManifest(ports.records, delivery.id, applied.revision) : undefined;
  // A file of corrections has few tickers on purpose.
  const before = inserts === 0 ? undefined : await deliveryBefore(ports, delivery);
  const manifest = replaced ?? before?.manifest;
  const own = new Set(packer.tickers());
  const names = await otherNames(
    ports,
    Object.keys(manifest ?? {}).filter((ticker) => !own.has(ticker)),
  );
  return {
    names,
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
        : {
            delivery: replaced ? delivery.id : (before?.id ?? ''),
            // A ticker that has a new name in this file is there.
            tickers: new Set(
              Object.keys(manifest).map((ticker) => names.get(ticker)?.find((name) => own.has(name)) ?? ticker),
            ),
          },
    missingSessions: await missingSessions(ports, replaced ? undefined : before?.id, delivery, packer),
    ...(before ? await compareCloses(ports, before, packer.segments()) : NOT_COMPARED),
  };
}

/**
 * The sessions after the delivery before, up to this file, of which neither has a close, and no file came: one that is being read, held or
 * rejected has an alarm of its own.
 * @returns ISO dates
 */
async function missingSessions(
  { deliveries }: Pick<CheckPorts, 'deliveries'>,
  before: string | undefined,
  { feed, fileDate }: DeliveryId,
  packer: SegmentPacker,
): Promise<string[]> {
  if (before === undefined) return [];
  const [first = ''] = packer.tickers();
  const exchange = CALENDARS[exchangeOf(first)];
  const [from, to] = [addDays(parseDeliveryId(before).fileDate, 1), addDays(fileDate, -1)];
  // Of later years the holidays are not known.
  const between = isCovered(exchange, from, to) ? sessions(exchange, from, to) : [];
  if (between.length === 0) return [];
  const own = new Set<string>();
  for (const segment of packer.segments())
    for (const { day } of unpackRows(segment)) own.add(`${segment.year}-${day.slice(0, 2)}-${day.slice(2)}`);
  const missing: string[] = [];
  for (const date of between.filter((one) => !own.has(one))) {
    const records = await Promise.all(deliveriesOn(feed, date).map(({ id }) => deliveries.get(id)));
    if (records.every((record) => record === undefined)) missing.push(date);
  }
  return missing;
}

/** Tickers that were renamed → all of their names. */
async function otherNames({ tickers, prices }: CheckPorts, missing: readonly string[]): Promise<Map<string, string[]>> {
  const declared = new Set(missing.length > 0 ? await tickers.declared() : []);
  const names = new Map<string, string[]>();
  for (const ticker of missing.filter((one) => declared.has(one))) {
    const { current } = await readTicker(prices, ticker, TOMBSTONE_YEAR);
    names.set(
      ticker,
      identityOf(ticker, current).names.map(({ name }) => name),
    );
  }
  return names;
}

/** The feed's last applied delivery before this one; undefined if there is none in the days before. */
async function deliveryBefore(
  { deliveries, records }: Pick<IngestPorts, 'records' | 'deliveries'>,
  delivery: DeliveryId,
): Promise<DeliveryBefore | undefined> {
  for (const id of idsBefore(delivery)) {
    const applied = (await deliveries.get(id))?.applied;
    if (!applied || applied.isRevocation) continue;
    const manifest = await readManifest(records, id, applied.revision);
    if (!manifest) continue;
    const key = recordKeys(id, applied.revision).checks(applied.profile);
    return { id, manifest, jumps: (await readChecks({ records }, key))?.jumps ?? [] };
  }
  return undefined;
}

/** Ids that the feed's delivery before may have, the latest first. */
function idsBefore({ feed, fileDate, kind }: DeliveryId): string[] {
  const idOf = (days: number, one: DeliveryId['kind']) => `${feed && `${feed}/`}${addDays(fileDate, -days)}.${one}`;
  const earlier = Array.from({ length: DAYS_BACK }, (_, i) => [idOf(i + 1, 'incremental'), idOf(i + 1, 'history')]);
  return [...(kind === 'incremental' ? [idOf(0, 'history')] : []), ...earlier.flat()];
}
