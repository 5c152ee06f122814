import { boundText } from '../adapters/iceberg/bounds.ts';
import type { LakeTable } from '../adapters/iceberg/lake-table.ts';
import type { DataFile } from '../adapters/iceberg/manifest-files.ts';
import { isBefore, type Partition, partitionKey, partitionOf } from '../adapters/iceberg/partition.ts';
import type { LiveFile } from '../adapters/iceberg/snapshot.ts';
import type { LakeRow } from '../contracts/dataset.ts';
import type { LakeDelivery } from '../domain/lake/lake-delivery.ts';
import type { Plan } from './change-table.ts';

type Replacing = {
  own: LakeDelivery;
  /** Files of other revisions of the delivery go too. */
  alone: boolean;
  /** Rows of the revision, in pieces: a long history has millions. */
  rows: () => AsyncIterable<LakeRow[]>;
};

/** Plans to give the partition of a delivery the rows of one revision. Our files have rows of one revision each. */
export function replaceRevision({ own, alone, rows }: Replacing): Plan {
  let written: DataFile[] | undefined;
  return async (table) => {
    const { partition: fields, columns } = table.dataset;
    const partition = partitionOf(fields, { file_date: own.fileDate, delivery: own.delivery });
    if (isBefore(fields, partition, table.retainedFrom)) return undefined;
    const key = partitionKey(fields, partition);
    const files = (await table.filesIn(new Map([[key, partition]]))).get(key) ?? [];
    const revisionOf = ({ entry: { data_file: file } }: LiveFile) => {
      const [lower, upper] = [file.lower_bounds, file.upper_bounds].map((one) => boundText(columns, 'revision', one));
      return lower === upper ? lower : undefined;
    };
    const others = files.filter((file) => revisionOf(file) !== own.revision);
    const isThere = others.length < files.length;
    if (!alone) return isThere ? { removed: [], added: [] } : withOthers(table, { own, partition, rows }, files);
    if (isThere) return { removed: others, added: [] };
    written ??= await table.write(partition, rows());
    return { removed: others, added: written };
  };
}

type Others = Pick<Replacing, 'own' | 'rows'> & { partition: Partition };

/** Rows of the revision beside those of others. Another engine may have written rows of several revisions to one file. */
async function withOthers(table: LakeTable, { own, partition, rows }: Others, files: readonly LiveFile[]) {
  const before = await table.rows(files);
  if (before.some(({ revision }) => revision === own.revision)) return { removed: [], added: [] };
  return { removed: [], added: await table.write(partition, rows()) };
}
