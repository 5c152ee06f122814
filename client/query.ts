import { COLLECTED_DATASETS } from '../datasets/collected.ts';
import { DATASETS } from '../datasets/datasets.ts';
import type { Dataset } from '../lambdas/contracts/dataset.ts';
import { CLEAR_MOOD, type Mood } from '../lambdas/contracts/mood.ts';
import { LakeFault } from './fault.ts';
import { Lake, quoted } from './lake.ts';
import { nonEmpty, type Rows, resultOf } from './rows.ts';

export type DatasetQuery = {
  tickers?: readonly string[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  delivery?: string | undefined;
  limit?: number | undefined;
  /** Of news. */
  sentiment?: Mood | undefined;
  /** Of macro, like UNRATE. */
  series?: readonly string[] | undefined;
  /** Of policy, like fomc. */
  types?: readonly string[] | undefined;
};

/** Column of a dataset that each filter looks at. */
const FILTERS = {
  tickers: ['ticker'],
  from: ['date', 'published', 'at', 'file_date'],
  to: ['date', 'published', 'at', 'file_date'],
  delivery: ['delivery'],
  sentiment: ['polarity'],
  series: ['series'],
  types: ['type'],
} as const;

const MOOD_SCORE = '(polarity + finance) / 2';
const MOOD_CONDITION: Record<Mood, string> = {
  positive: `${MOOD_SCORE} > ${CLEAR_MOOD}`,
  neutral: `abs(${MOOD_SCORE}) <= ${CLEAR_MOOD}`,
  negative: `${MOOD_SCORE} < -${CLEAR_MOOD}`,
};

/**
 * Rows of a dataset, in its own order. Of what collectors brought, the newest value of each record, unless one delivery is asked for.
 * @throws LakeFault for a filter that the dataset has no column for
 */
export async function queryDataset(lake: Lake, name: string, query: DatasetQuery): Promise<Rows> {
  const dataset = Lake.dataset(name);
  const conditions = conditionsOf(dataset, query);
  const { limit, delivery } = query;
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const rows = await lake.reading(name);
  const isCollected = Object.values(COLLECTED_DATASETS).includes(dataset) && delivery === undefined;
  const order = [...new Set([...dataset.order, ...dataset.key])].map((column) => `"${column}"`).join();
  const sql = `select * from ${isCollected ? newestOf(dataset, rows) : rows} ${where} order by ${order} ${limit === undefined ? '' : `limit ${limit}`}`;
  const result = await resultOf(await lake.database(), sql);
  const isFiltered = conditions.length > 0 && limit !== 0;
  const batches = isFiltered
    ? await nonEmpty(result.batches, `No row of ${dataset.name} is like this. What there is: npx closing-bell summary`)
    : result.batches;
  return { ...result, batches, provenance: [await lake.provenance(name)] };
}

function conditionsOf(dataset: Dataset, query: DatasetQuery): string[] {
  const { tickers, from, to, delivery, sentiment, series, types } = query;
  const oneOf = (filter: keyof typeof FILTERS, values: readonly string[] | undefined) =>
    values && `${columnFor(dataset, filter)} in (${values.map(quoted).join()})`;
  return [
    oneOf('tickers', tickers),
    oneOf('series', series),
    oneOf('types', types),
    from && `cast(${columnFor(dataset, 'from')} as date) >= ${quoted(from)}`,
    to && `cast(${columnFor(dataset, 'to')} as date) <= ${quoted(to)}`,
    delivery && `${columnFor(dataset, 'delivery')} = ${quoted(delivery)}`,
    sentiment && columnFor(dataset, 'sentiment') && MOOD_CONDITION[sentiment],
  ].filter((condition) => condition !== undefined);
}

/** A record may come again on a later day: its newest row counts. */
function newestOf({ key }: Dataset, rows: string): string {
  const record = key.filter((column) => column !== 'delivery').map((column) => `"${column}"`);
  return `(select * from ${rows} qualify row_number() over (partition by ${record.join()} order by file_date desc, delivery desc) = 1)`;
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
