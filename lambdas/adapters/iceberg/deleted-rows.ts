import { decodeManifest, type ListedManifest, Status } from './manifest-files.ts';
import type { LakeObjects } from './metadata.ts';
import { readParquet } from './parquet.ts';

/** Columns of a file of deleted positions. Their ids are fixed by Iceberg. */
const POSITIONS = [
  { id: 2147483546, name: 'file_path', type: 'string', isRequired: true, meaning: '' },
  { id: 2147483545, name: 'pos', type: 'int', isRequired: true, meaning: '' },
] as const;
const POSITIONS_CONTENT = 1;

/**
 * Positions of deleted rows by data file: engines that merge on read write them beside the data.
 * @throws Error if an engine deleted rows by value, which is not supported
 */
export async function deletedRows(
  objects: LakeObjects,
  manifests: readonly ListedManifest[],
  table: string,
): Promise<Map<string, Set<number>>> {
  const deleted = new Map<string, Set<number>>();
  for (const { manifest_path } of manifests.filter(({ content }) => content === 1)) {
    for (const { status, data_file } of await decodeManifest(await objects.get(manifest_path))) {
      if (status === Status.deleted) continue;
      if (data_file.content !== POSITIONS_CONTENT || data_file.file_format.toUpperCase() !== 'PARQUET')
        throw new Error(
          `${table} has rows that another engine deleted by value or in a format other than Parquet: ${data_file.file_path}. Rewrite the table's data files with that engine, then try again.`,
        );
      for (const { file_path, pos } of await readParquet(await objects.get(data_file.file_path), POSITIONS)) {
        const positions = deleted.get(String(file_path)) ?? new Set();
        deleted.set(String(file_path), positions.add(Number(pos)));
      }
    }
  }
  return deleted;
}
