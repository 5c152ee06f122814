import { DATASETS } from '../datasets/datasets.ts';
import type { Lake } from './lake.ts';
import { allRows, type Cell, type Rows, resultOf } from './rows.ts';

/** What each dataset has: rows, tickers, first and last date, files, bytes, and the last delivery. */
export async function summary(lake: Lake): Promise<Rows> {
  const rows: Cell[][] = [];
  const provenance = [];
  for (const { layer, name, columns } of DATASETS) {
    const has = (column: string) => columns.some((one) => one.name === column);
    const date = ['date', 'file_date'].find(has);
    const ticker = has('ticker') ? 'count(distinct ticker)' : 'null';
    const range = date ? `min(${date})::varchar, max(${date})::varchar` : 'null, null';
    const sql = `select count(*), ${ticker}, ${range} from ${await lake.reading(name)}`;
    const [found = []] = await allRows(await resultOf(await lake.database(), sql));
    const files = (await (await lake.table(name)).files()).map(({ entry }) => entry.data_file);
    const bytes = files.reduce((sum, file) => sum + Number(file.file_size_in_bytes), 0);
    const made = await lake.provenance(name);
    provenance.push(made);
    rows.push([`${layer}.${name}`, ...found, files.length, bytes, made.delivery, made.at]);
  }
  const columns = [
    { name: 'dataset', type: 'string' as const },
    { name: 'rows', type: 'int' as const },
    { name: 'tickers', type: 'int' as const },
    { name: 'first', type: 'date' as const },
    { name: 'last', type: 'date' as const },
    { name: 'files', type: 'int' as const },
    { name: 'bytes', type: 'int' as const },
    { name: 'last_delivery', type: 'string' as const },
    { name: 'written_at', type: 'timestamptz' as const },
  ];
  return { columns, batches: once(rows), provenance };
}

async function* once(rows: Cell[][]): AsyncGenerator<Cell[][]> {
  yield rows;
}
