import {
  type DuckDBConnection,
  DuckDBDecimalValue,
  DuckDBTimestampTZValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';
import { LakeFault } from './fault.ts';
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
  [DuckDBTypeId.HUGEINT]: 'int',
  [DuckDBTypeId.UTINYINT]: 'int',
  [DuckDBTypeId.USMALLINT]: 'int',
  [DuckDBTypeId.UINTEGER]: 'int',
  [DuckDBTypeId.UBIGINT]: 'int',
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
  if (value instanceof DuckDBDecimalValue) return plainDecimal(String(value));
  // Its own text is in the time zone of the machine.
  if (value instanceof DuckDBTimestampTZValue) return new Date(Number(value.micros / 1000n)).toISOString();
  return String(value);
}

/** A decimal without zeros at its end. */
export const plainDecimal = (text: string): string =>
  text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;

/** The same rows, after the first of them was read. @throws LakeFault with a sentence if there is none */
export async function nonEmpty(batches: AsyncIterable<Cell[][]>, sentence: string): Promise<AsyncGenerator<Cell[][]>> {
  const rows = batches[Symbol.asyncIterator]();
  let first = await rows.next();
  while (!first.done && first.value.length === 0) first = await rows.next();
  if (first.done) throw new LakeFault(sentence);
  return resumed(first.value, rows);
}

async function* resumed(first: Cell[][], rest: AsyncIterator<Cell[][]>): AsyncGenerator<Cell[][]> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** All rows at once. */
export async function allRows({ batches }: Pick<Rows, 'batches'>): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}
