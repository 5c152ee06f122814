import { DATASETS } from '../datasets/datasets.ts';
import type { Dataset } from '../lambdas/contracts/dataset.ts';
import { LakeFault } from './fault.ts';
import { Lake, quoted } from './lake.ts';
import { nonEmpty, type Rows, resultOf } from './rows.ts';

export type DatasetQuery = {
  tickers?: readonly string[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  delivery?: string | undefined;
  limit?: number | undefined;
};

/** Column of a dataset that each filter looks at. */
const FILTERS = {
  tickers: ['ticker'],
  from: ['date', 'file_date'],
  to: ['date', 'file_date'],
  delivery: ['delivery'],
} as const;

/** Rows of a dataset, in its own order. @throws LakeFault for a filter that the dataset has no column for */
export async function queryDataset(lake: Lake, name: string, query: DatasetQuery): Promise<Rows> {
  const dataset = Lake.dataset(name);
  const { tickers, from, to, delivery, limit } = query;
  const conditions = [
    tickers && `${columnFor(dataset, 'tickers')} in (${tickers.map(quoted).join()})`,
    from && `${columnFor(dataset, 'from')} >= ${quoted(from)}`,
    to && `${columnFor(dataset, 'to')} <= ${quoted(to)}`,
    delivery && `${columnFor(dataset, 'delivery')} = ${quoted(delivery)}`,
  ].filter((condition) => condition !== undefined);
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const sql = `select * from ${await lake.reading(name)} ${where} order by ${[...new Set([...dataset.order, ...dataset.key])].map((column) => `"${column}"`).join()} ${limit === undefined ? '' : `limit ${limit}`}`;
  const result = await resultOf(await lake.database(), sql);
  const isFiltered = conditions.length > 0 && limit !== 0;
  const batches = isFiltered
    ? await nonEmpty(result.batches, `No row of ${dataset.name} is like this. What there is: npx closing-bell summary`)
    : result.batches;
  return { ...result, batches, provenance: [await lake.provenance(name)] };
}

function columnFor({ name, columns }: Dataset, filter: keyof typeof FILTERS): string {
  const found = FILTERS[filter].find((one) => columns.some((column) => column.name === one));
  if (!found)
    throw new LakeFault(
      `The dataset ${name} has no filter --${filter}: its columns are ${columns.map((column) => column.name).join(', ')}.`,
    );
  return found;
}

/** The answer to any SQL over the tables and the view `prices`. @throws LakeFault with DuckDB's own words */
export async function sql(lake: Lake, text: string): Promise<Rows> {
  const database = await lake.views();
  try {
    const result = await resultOf(database, text);
    const all = await Promise.all(DATASETS.map((dataset) => lake.provenance(dataset.name)));
    return { ...result, provenance: all.filter(({ snapshot }) => snapshot !== 'none') };
  } catch (error) {
    throw new LakeFault(`DuckDB cannot run this: ${error instanceof Error ? error.message : error}`);
  }
}
