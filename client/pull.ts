import { DATASETS } from '../datasets/datasets.ts';
import { LakeTable } from '../lambdas/adapters/iceberg/lake-table.ts';
import { concurrently } from '../lambdas/runtime/concurrently.ts';
import { LakeFolder } from './folder.ts';
import { fetchWhole, type LakeAddress, openSource } from './source.ts';

/** What a pull copied. `bytes` and `files`: only what was not there before. */
export type Pulled = { folder: string; tables: number; files: number; bytes: number; kept: number; removed: number };

/** Downloads at once. */
const AT_ONCE = 16;

/**
 * Copies what the current snapshots of all tables need into a folder, so that everything works without a network. Files never change:
 * only those that are missing are copied. The tables are entered when all files are there, so a pull that is cut off leaves them as they
 * were; files that no table names any more are removed after that.
 * @param onFile called with the number of files copied so far
 */
export async function pull(
  address: LakeAddress,
  path: string,
  onFile: (count: number) => void = () => undefined,
): Promise<Pulled> {
  const folder = new LakeFolder(path);
  const used = new Set<string>();
  const { ports } = openSource(address, path, (uri) => used.add(folder.fileOf(uri)));
  const pulled: Pulled = { folder: path, tables: 0, files: 0, bytes: 0, kept: 0, removed: 0 };
  const tables: LakeTable[] = [];
  for (const dataset of DATASETS) {
    const table = await LakeTable.load(ports, dataset);
    const data = (await table.files()).map(({ entry }) => entry.data_file);
    await concurrently(data, AT_ONCE, async (file) => {
      used.add(folder.fileOf(file.file_path));
      if (!(await fetchWhole({ ports, folder }, file))) {
        pulled.kept++;
        return;
      }
      pulled.files++;
      pulled.bytes += folder.sizeOf(file.file_path);
      onFile(pulled.files);
    });
    tables.push(table);
  }
  for (const { name, metadata } of tables) {
    const { snapshots, 'current-snapshot-id': current } = metadata;
    folder.keepTable(name, { ...metadata, snapshots: snapshots.filter(({ 'snapshot-id': id }) => id === current) });
  }
  pulled.tables = tables.length;
  pulled.removed = folder.keepOnly(used);
  return pulled;
}
