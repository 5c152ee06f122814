import { once } from 'node:events';
import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { LakeFault } from '../fault.ts';
import { quoted } from '../lake.ts';
import type { Cell, Rows } from '../rows.ts';
import { csv, jsonLines, type TextOutput } from './text.ts';

/** What an export wrote. */
export type Written = { where: string; rows: number; bytes: number };

export const FILE_FORMATS = ['csv', 'jsonl', 'parquet'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** The format that the name of a file asks for; undefined if it asks for none. */
export const formatOf = (file: string): FileFormat | undefined =>
  FILE_FORMATS.find((format) => file.toLowerCase().endsWith(`.${format}`));

const TEXT: Record<Exclude<FileFormat, 'parquet'>, TextOutput> = { csv, jsonl: jsonLines };

/**
 * Writes rows to a file: completely or not at all, under another name until it is whole.
 * @param onRows called with the number of rows so far
 * @throws LakeFault if the disk is full
 */
export async function writeFile(
  rows: Rows,
  file: string,
  format: FileFormat,
  onRows: (count: number) => void,
): Promise<Written> {
  const draft = `${file}.part`;
  let count = 0;
  const see = (batch: Cell[][]) => {
    count += batch.length;
    onRows(count);
  };
  const counted: Rows = { ...rows, batches: tap(rows.batches, see) };
  try {
    if (format === 'parquet') await writeParquet(counted, draft);
    else await writeText(TEXT[format](counted), draft);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw isFull(error)
      ? new LakeFault(`The disk is full: ${file} was not written, and nothing is left of it.`)
      : error;
  }
  return { where: file, rows: count, bytes: statSync(file).size };
}

const isFull = (error: unknown): boolean =>
  error instanceof Error && /ENOSPC|No space left|EDQUOT/.test(`${Reflect.get(error, 'code')} ${error.message}`);

async function* tap(batches: AsyncIterable<Cell[][]>, see: (batch: Cell[][]) => void): AsyncGenerator<Cell[][]> {
  for await (const batch of batches) {
    yield batch;
    see(batch);
  }
}

async function writeText(pieces: AsyncIterable<string>, file: string): Promise<void> {
  const stream = createWriteStream(file);
  const failed = once(stream, 'error').then(([error]) => Promise.reject(error));
  const write = async () => {
    for await (const piece of pieces) if (!stream.write(piece)) await once(stream, 'drain');
    stream.end();
    await once(stream, 'close');
  };
  await Promise.race([write(), failed]);
}

const SQL_TYPES = {
  string: 'varchar',
  int: 'bigint',
  double: 'double',
  decimal: 'decimal(36,18)',
  date: 'date',
  timestamptz: 'timestamptz',
  boolean: 'boolean',
};

/** Rows become a table of DuckDB, which writes the file. */
async function writeParquet({ columns, batches }: Rows, file: string): Promise<void> {
  const database = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    await database.run("set timezone = 'UTC'");
    const name = (column: string) => `"${column.replaceAll('"', '""')}"`;
    await database.run(`create table rows (${columns.map((column) => `${name(column.name)} varchar`).join()})`);
    const appender = await database.createAppender('rows');
    for await (const batch of batches) {
      for (const row of batch) {
        for (const cell of row) cell === null ? appender.appendNull() : appender.appendVarchar(String(cell));
        appender.endRow();
      }
      appender.flushSync();
    }
    appender.closeSync();
    const select = columns.map((column) => `${name(column.name)}::${SQL_TYPES[column.type]} as ${name(column.name)}`);
    await database.run(
      `copy (select ${select.join()} from rows) to ${quoted(file)} (format parquet, compression zstd)`,
    );
  } finally {
    database.closeSync();
  }
}
