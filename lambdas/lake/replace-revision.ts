import { boundText } from '../adapters/iceberg/bounds.ts';
import type { DataFile } from '../adapters/iceberg/manifest-files.ts';
import { isBefore, partitionKey, partitionOf } from '../adapters/iceberg/partition.ts';
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

/** Plans to give the partition of a delivery the rows of one revision. A file has rows of one revision only. */
export function replaceRevision({ own, alone, rows }: Replacing): Plan {
  let written: DataFile[] | undefined;
  return async (table) => {
    const { partition: fields, columns } = table.dataset;
    const partition = partitionOf(fields, { file_date: own.fileDate, delivery: own.delivery });
    if (isBefore(fields, partition, table.retainedFrom)) return undefined;
    const key = partitionKey(fields, partition);
    const files = (await table.filesIn(new Set([key]))).get(key) ?? [];
    const isOwn = ({ lower_bounds, upper_bounds }: DataFile) =>
      boundText(columns, 'revision', lower_bounds) === own.revision &&
      boundText(columns, 'revision', upper_bounds) === own.revision;
    const others = files.filter(({ entry }) => !isOwn(entry.data_file));
    const isThere = others.length < files.length;
    written ??= isThere ? [] : await table.write(partition, rows());
    return { removed: alone ? others : [], added: isThere ? [] : written };
  };
}
