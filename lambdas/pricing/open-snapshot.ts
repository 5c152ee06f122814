import { gunzipSync } from 'node:zlib';
import type { RecordsBucket } from '../adapters/records-bucket.ts';
import type { TickersTable } from '../adapters/tickers-table.ts';
import { changeList } from '../contracts/refreshed.ts';
import { type Announced, PriceSnapshot, type SnapshotPorts, type SnapshotSettings } from './price-snapshot.ts';

/** Opens the prices for the digests of one revision. @throws Error if the revision has no change list */
export async function openSnapshot(
  ports: SnapshotPorts & { records: Pick<RecordsBucket, 'get'>; tickers: Pick<TickersTable, 'renames'> },
  settings: SnapshotSettings,
  announced: Announced,
): Promise<PriceSnapshot> {
  const bytes = await ports.records.get(announced.changes);
  if (!bytes) throw new Error(`Expected a change list at ${announced.changes} in the records bucket, found none.`);
  const changed = changeList.parse(JSON.parse(gunzipSync(bytes).toString()));
  return new PriceSnapshot(ports, settings, announced, changed, await ports.tickers.renames());
}

/**
 * Opens the current prices for mails that are about no revision.
 * @param date ISO date of the mails
 */
export const openCurrent = async (
  ports: SnapshotPorts & { tickers: Pick<TickersTable, 'renames'> },
  settings: SnapshotSettings,
  announced: Omit<Announced, 'delivery'>,
  date: string,
): Promise<PriceSnapshot> =>
  new PriceSnapshot(
    ports,
    settings,
    { ...announced, delivery: `${date}.incremental` },
    [],
    await ports.tickers.renames(),
  );
