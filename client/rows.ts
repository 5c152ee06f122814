import {
  type DuckDBConnection,
  DuckDBDecimalValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Provenance } from './lake.ts';

export type CellType = 'string' | 'int' | 'double' | 'decimal' | 'date' | 'timestamptz' | 'boolean';
/** Decimals, dates and instants are text: exact, and the same in every output. */
export type Cell = string | number | boolean | null;

/** An answer: its columns, its rows in pieces, and what gave it. */
export type Rows = {
  columns: readonly { name: string; type: CellType }[];
  batches: AsyncIterable<Cell[][]>;
  provenance: readonly Provenance[];
};

/** The result of a query, read in pieces. */
export async function resultOf(database: DuckDBConnection, sql: string): Promise<Pick<Rows, 'columns' | 'batches'>> {
  const result = await database.stream(sql);
  const columns = result.columnNames().map((name, i) => ({ name, type: cellType(result.columnType(i)) }));
  async function* batches(): AsyncGenerator<Cell[][]> {
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
      yield chunk.getRows().map((row) => row.map(cellOf));
  }
  return { columns, batches: batches() };
}

const TYPES: Partial<Record<DuckDBTypeId, CellType>> = {
  [DuckDBTypeId.BOOLEAN]: 'boolean',
  [DuckDBTypeId.TINYINT]: 'int',
  [DuckDBTypeId.SMALLINT]: 'int',
  [DuckDBTypeId.INTEGER]: 'int',
  [DuckDBTypeId.BIGINT]: 'int',
  [DuckDBTypeId.UINTEGER]: 'int',
  [DuckDBTypeId.FLOAT]: 'double',
  [DuckDBTypeId.DOUBLE]: 'double',
  [DuckDBTypeId.DECIMAL]: 'decimal',
  [DuckDBTypeId.DATE]: 'date',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'timestamptz',
};

const cellType = ({ typeId }: DuckDBType): CellType => TYPES[typeId] ?? 'string';

function cellOf(value: DuckDBValue): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value instanceof DuckDBDecimalValue ? plainDecimal(String(value)) : String(value);
}

/** A decimal without zeros at its end. */
export const plainDecimal = (text: string): string =>
  text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;

/** All rows at once. */
export async function allRows({ batches }: Pick<Rows, 'batches'>): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}
