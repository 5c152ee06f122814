import { type LakePorts, LakeTable, type TableChange } from '../adapters/iceberg/lake-table.ts';
import type { Dataset } from '../contracts/dataset.ts';
import { RetryLater } from '../runtime/partial-batch.ts';

/** More conflicts in a row mean that the table changes all the time. */
const MAX_TRIES = 10;

/** What a table becomes; undefined leaves it as it is, without a snapshot. */
export type Plan = (table: LakeTable) => Promise<Omit<TableChange, 'summary'> | undefined>;

/**
 * Loads a table, computes its change and commits it as one snapshot. If another writer was faster, it begins again with the new snapshot.
 * A change without files is committed too, once: an older revision that was computed on the same parent must get a conflict.
 * @param summary what the snapshot says about itself; of a revision, its delivery and its id
 * @returns false if no row changed
 * @throws RetryLater if other writers are faster again and again
 */
export async function changeTable(
  ports: LakePorts,
  dataset: Dataset,
  summary: Record<string, string>,
  plan: Plan,
): Promise<boolean> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const table = await LakeTable.load(ports, dataset);
    const change = await plan(table);
    if (!change) return false;
    const isEmpty = change.removed.length === 0 && change.added.length === 0;
    if (isEmpty && table.hasSnapshotWith(summary)) return false;
    if (await table.commit({ ...change, summary })) return !isEmpty;
  }
  throw new RetryLater(`${dataset.layer}.${dataset.name} was changed by others ${MAX_TRIES} times in a row.`);
}
