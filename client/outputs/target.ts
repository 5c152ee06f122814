import type { Dataset } from '../../lambdas/contracts/dataset.ts';
import { LakeFault } from '../fault.ts';
import type { Rows } from '../rows.ts';

/** Where the rows of an export go in a database. */
export type Target = {
  /** Name of the table or collection. */
  table: string;
  /** Columns of the table, in the order of the rows. */
  columns: Rows['columns'];
  /** Columns that identify a row. */
  key: readonly string[];
};

/** Names that the columns of prices have in databases. */
const PRICE_NAMES: Record<string, string> = { date: 'timestamp', close: 'closing_value' };

/** The table of an export: `stock_prices` for prices, the name of the dataset for others. */
export function targetOf(name: string, { columns }: Rows, dataset: Dataset | undefined): Target {
  if (dataset) return { table: dataset.name, columns, key: dataset.key };
  if (name !== 'prices') throw new LakeFault(`Expected a dataset, found ${name}.`);
  const renamed = columns.map((column) => ({ ...column, name: PRICE_NAMES[column.name] ?? column.name }));
  return { table: 'stock_prices', columns: renamed, key: ['ticker', 'timestamp'] };
}
