import { DATASETS } from '../../datasets/datasets.ts';
import { quality } from '../../datasets/quality.ts';
import { LakeTable } from '../adapters/iceberg/lake-table.ts';
import { isDeliveryId, parseDeliveryId } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import type { LakePorts } from './ports.ts';
import { retain } from './retain.ts';

/** The event of a younger report is on its way. */
const IN_TIME_MS = 3_600_000;

/** What the lake does once a day. @param now ms since 1970 @returns keys of reports that it lacked, and tables that were shortened */
export async function lookAfter(ports: LakePorts, now: number): Promise<{ missing: string[]; dropped: string[] }> {
  const missing = await reconcile(ports, now);
  const today = new Date(now).toISOString().slice(0, 10);
  const dropped: string[] = [];
  for (const dataset of DATASETS) if (await retain(ports, dataset, today)) dropped.push(dataset.name);
  return { missing, dropped };
}

/**
 * Compares the lake with the deliveries table, and sends again what it lacks: an event may have been lost, or its message may be dead.
 * @returns keys of the reports that were sent
 */
async function reconcile(ports: LakePorts, now: number): Promise<string[]> {
  const { records } = await ports.deliveries.all();
  const table = await LakeTable.load(ports, quality);
  const rows = await table.rows(await table.files());
  const broughtIn = new Set(
    rows.map(({ delivery, revision }) => recordKeys(String(delivery), String(revision)).report),
  );
  const isKept = ({ delivery }: DeliveryRecord) =>
    !isDeliveryId(delivery) || parseDeliveryId(delivery).fileDate >= (table.retainedFrom ?? '');
  const decided = records.filter((one) => now - Date.parse(one.changedAt) > IN_TIME_MS && isKept(one));
  const missing = decided.flatMap(reportsOf).filter((key) => !broughtIn.has(key));
  await ports.hints.send(missing);
  return missing;
}

/** The reports of a delivery that count: of the applied revision, and of the last one that was decided. */
function reportsOf({ delivery, applied, report, announce, state }: DeliveryRecord): string[] {
  const keys = new Set<string>();
  // An announcement that is pending comes with its own event.
  if (applied && announce?.revision !== applied.revision) keys.add(recordKeys(delivery, applied.revision).report);
  if (report !== undefined && !announce && state !== 'received') keys.add(report);
  return [...keys];
}
