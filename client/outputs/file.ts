import { once } from 'node:events';
import { createWriteStream, existsSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
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
 * @throws LakeFault if the target is no file, or cannot be written
 */
export async function writeFile(
  rows: Rows,
  target: string,
  format: FileFormat,
  onRows: (count: number) => void,
): Promise<Written> {
  const file = targetFile(target);
  const draft = `${file}.${process.pid}-${Date.now()}.part`;
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
    throw faultOf(error, target) ?? error;
  }
  return { where: target, rows: count, bytes: statSync(file).size };
}

/** The file that a target names, through links. @throws LakeFault for a folder, a device or a pipe: it would be replaced */
function targetFile(target: string): string {
  if (!existsSync(target)) return target;
  if (statSync(target).isFile()) return realpathSync(target);
  throw new LakeFault(
    `Expected a file, found something else at ${target}. To print rows, leave out the target and use query.`,
  );
}

const REASONS: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'the file system is read only',
};

/** A fault of the file system as a sentence; undefined for other errors. DuckDB has no codes. */
function faultOf(error: unknown, target: string): LakeFault | undefined {
  const { message = '', code: own } = error as { message?: string; code?: unknown };
  const code = /No space left/.test(message) ? 'ENOSPC' : String(own);
  const reason =
    REASONS[code] ?? (/Cannot open file/.test(message) ? 'its folder does not exist or is not writable' : undefined);
  return reason ? new LakeFault(`${target} was not written, and nothing is left of it: ${reason}.`) : undefined;
}

async function* tap(batches: AsyncIterable<Cell[][]>, see: (batch: Cell[][]) => void): AsyncGenerator<Cell[][]> {
  for await (const batch of batches) {
    yield batch;
    see(batch);
  }
}

async function writeText(pieces: AsyncIterable<string>, file: string): Promise<void> {
  const stream = createWriteStream(file, { flags: 'wx' });
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
