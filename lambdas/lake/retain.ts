import { RETAINED_FROM } from '../adapters/iceberg/lake-table.ts';
import { isBefore } from '../adapters/iceberg/partition.ts';
import type { Dataset } from '../contracts/dataset.ts';
import { addDays } from '../contracts/dates.ts';
import { changeTable } from './change-table.ts';
import type { LakePorts } from './ports.ts';

/**
 * Drops the partitions of a table that are older than it keeps them, and marks from when on it keeps rows: a late file never brings back
 * what was dropped.
 * @param today ISO date
 * @returns false if there was nothing to drop
 */
export async function retain(
  ports: Pick<LakePorts, 'catalog' | 'objects'>,
  dataset: Dataset,
  today: string,
): Promise<boolean> {
  const { retention, partition } = dataset;
  if (retention.days === undefined) return false;
  const cutoff = addDays(today, -retention.days);
  // A month is dropped when its last day is too old.
  const from = partition.some(({ transform }) => transform === 'month') ? `${cutoff.slice(0, 7)}-01` : cutoff;
  return changeTable(ports, dataset, { 'closing-bell.retained-from': from }, async (table) => {
    if ((table.retainedFrom ?? '') >= from) return undefined;
    const removed = await table.files((file) => isBefore(partition, file.partition, from));
    return { removed, added: [], properties: { [RETAINED_FROM]: from } };
  });
}
