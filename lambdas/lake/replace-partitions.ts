import type { LakeTable } from '../adapters/iceberg/lake-table.ts';
import type { DataFile } from '../adapters/iceberg/manifest-files.ts';
import { isBefore, type Partition, partitionKey } from '../adapters/iceberg/partition.ts';
import type { LiveFile } from '../adapters/iceberg/snapshot.ts';
import type { Dataset, LakeRow } from '../contracts/dataset.ts';
import type { Plan } from './change-table.ts';

/** The rows of a partition after a change, in the order of the table. */
export type NextRows = (before: LakeRow[], partition: Partition, dataset: Dataset) => LakeRow[] | Promise<LakeRow[]>;

/**
 * Plans to replace the rows of partitions (copy on write). Partitions whose rows stay the same are left. A second try keeps the files
 * that it wrote for partitions that no one else has changed.
 */
export function replacePartitions(partitions: readonly Partition[], next: NextRows): Plan {
  const written = new Map<string, DataFile[] | 'same'>();
  return async (table) => {
    const { partition: fields } = table.dataset;
    const kept = partitions.filter((one) => !isBefore(fields, one, table.retainedFrom));
    const wanted = new Map(kept.map((one) => [partitionKey(fields, one), one]));
    const found = await table.filesIn(wanted);
    const removed: LiveFile[] = [];
    const added: DataFile[] = [];
    for (const [key, partition] of wanted) {
      const before = found.get(key) ?? [];
      const version = `${key} ${before.map(({ entry }) => entry.data_file.file_path).sort()} ${table.deletesVersion}`;
      const files = written.get(version) ?? (await nextFiles(table, before, partition, next));
      written.set(version, files);
      if (files === 'same') continue;
      removed.push(...before);
      added.push(...files);
    }
    return { removed, added };
  };
}

async function nextFiles(
  table: LakeTable,
  files: readonly LiveFile[],
  partition: Partition,
  next: NextRows,
): Promise<DataFile[] | 'same'> {
  const before = await table.rows(files);
  const after = await next(before, partition, table.dataset);
  return isSame(table, before, after) ? 'same' : table.write(partition, [after]);
}

function isSame({ dataset }: LakeTable, before: readonly LakeRow[], after: readonly LakeRow[]): boolean {
  const names = dataset.columns.map(({ name }) => name);
  return (
    before.length === after.length && before.every((row, i) => names.every((name) => row[name] === after[i]?.[name]))
  );
}
