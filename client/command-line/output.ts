import { once } from 'node:events';
import { LakeFault } from '../fault.ts';
import { FILE_FORMATS, type FileFormat, formatOf, type Written, writeFile } from '../outputs/file.ts';
import { csv, jsonLines, type TextOutput, table } from '../outputs/text.ts';
import type { Rows } from '../rows.ts';
import type { Options } from './options.ts';

const TEXT: Record<string, TextOutput> = { table, csv, jsonl: jsonLines };

/** Prints rows, or writes them to a file. Without --format: a table on a terminal, CSV in a pipe. */
export async function printRows(rows: Rows, { format, out }: Options): Promise<void> {
  if (out !== undefined) {
    printWritten(await writeFile(rows, out, fileFormat(out, format), progress()));
  } else {
    const name = format ?? (process.stdout.isTTY ? 'table' : 'csv');
    const text = TEXT[name];
    if (!text) throw new LakeFault(`Expected --format table, csv or jsonl, or parquet with --out FILE, found ${name}.`);
    for await (const piece of text(rows)) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  }
  printProvenance(rows);
}

export function fileFormat(file: string, format: string | undefined): FileFormat {
  const asked = format === undefined ? formatOf(file) : FILE_FORMATS.find((one) => one === format);
  if (asked) return asked;
  throw new LakeFault(
    `Expected a file that ends with .csv, .jsonl or .parquet, or one of these as --format, found ${format ?? file}.`,
  );
}

/** What gave the answer. Beside it, so that a pipe gets only rows. */
export function printProvenance({ provenance }: Pick<Rows, 'provenance'>): void {
  for (const { table: name, snapshot, delivery, at } of provenance)
    process.stderr.write(`${name}: snapshot ${snapshot} of ${at}, by ${delivery}\n`);
}

export const printWritten = ({ where, rows, bytes }: Written): void =>
  void process.stderr.write(`${where}: ${rows.toLocaleString('en-US')} rows, ${sizeText(bytes)}\n`);

export const sizeText = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** Shows how many rows are done, on a terminal. */
export function progress(what = 'rows'): (count: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  return (count) => void process.stderr.write(`\r\u001b[K${count.toLocaleString('en-US')} ${what} …\r`);
}
