import { DATASETS } from '../datasets/datasets.ts';
import { LakeTable } from '../lambdas/adapters/iceberg/lake-table.ts';
import { concurrently } from '../lambdas/runtime/concurrently.ts';
import { LakeFolder } from './folder.ts';
import { type LakeAddress, openSource } from './source.ts';

/** What a pull copied. `bytes` and `files`: only what was not there before. */
export type Pulled = { folder: string; tables: number; files: number; bytes: number; kept: number };

/** Downloads at once. */
const AT_ONCE = 16;

/**
 * Copies what the current snapshots of all tables need into a folder, so that everything works without a network. Files never change:
 * only those that are missing are copied. A table is entered when all of its files are there, so a pull that is cut off leaves the
 * folder as it was.
 * @param onFile called for each file that was copied
 */
export async function pull(
  address: LakeAddress,
  path: string,
  onFile: (count: number) => void = () => undefined,
): Promise<Pulled> {
  const folder = new LakeFolder(path);
  const { ports } = openSource(address, path);
  const pulled: Pulled = { folder: path, tables: 0, files: 0, bytes: 0, kept: 0 };
  for (const dataset of DATASETS) {
    const table = await LakeTable.load(ports, dataset);
    const data = (await table.files()).map(({ entry }) => entry.data_file.file_path);
    await concurrently(data, AT_ONCE, async (uri) => {
      if (folder.has(uri)) {
        pulled.kept++;
        return;
      }
      await ports.objects.get(uri);
      pulled.files++;
      pulled.bytes += folder.sizeOf(uri);
      onFile(pulled.files);
    });
    const { snapshots, 'current-snapshot-id': current } = table.metadata;
    const own = snapshots.filter(({ 'snapshot-id': id }) => id === current);
    folder.keepTable(table.name, { ...table.metadata, snapshots: own });
    pulled.tables++;
  }
  return pulled;
}
