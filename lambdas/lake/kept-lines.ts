import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { LakeRow } from '../contracts/dataset.ts';
import type { LakeDelivery } from '../domain/lake/lake-delivery.ts';
import { type Line, type Lines, splitLines } from '../domain/vendor-file/split-lines.ts';
import { textLines } from '../runtime/text-lines.ts';

const ROWS_AT_ONCE = 10_000;

/** The lines of a gzipped CSV file that ingest kept, in pieces, without its header. */
export async function* keptLines(file: Uint8Array): AsyncGenerator<Lines> {
  let rest = '';
  let isHeader = true;
  const stream = Readable.from([Buffer.from(file.buffer, file.byteOffset, file.byteLength)]).pipe(createGunzip());
  for await (const chunk of stream.setEncoding('utf8')) {
    const text = rest + chunk;
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    if (end === 0) continue;
    const { lines, textOf } = linesIn(text.slice(0, end).replaceAll('\r\n', '\n'));
    yield { lines: isHeader ? lines.slice(1) : lines, textOf };
    isHeader = false;
  }
}

/** Most pieces have no quotes: then a line is easy to split. */
function linesIn(block: string): Lines {
  if (block.includes('"')) return splitLines(block, ',', 1);
  const texts = block.slice(0, -1).split('\n');
  const lines = texts.map((text, i) => ({ fields: text.split(','), number: i + 1, torn: false }));
  return { lines, textOf: ({ number }) => texts[number - 1] ?? '' };
}

/** Rows made of the lines of a kept file. @param rowOf gets the number of the line too, from 1 */
export async function* rowsFrom<T>(
  file: Uint8Array | undefined,
  rowOf: (line: Line, number: number) => T,
): AsyncGenerator<T[]> {
  let number = 0;
  if (file) for await (const { lines } of keptLines(file)) yield lines.map((line) => rowOf(line, ++number));
}

/** Rows of a dataset from the gzipped JSON Lines that ingest kept. */
export async function* recordRows(file: Uint8Array | undefined, own: LakeDelivery): AsyncGenerator<LakeRow[]> {
  if (!file) return;
  const { delivery, revision, fileDate } = own;
  let rows: LakeRow[] = [];
  for await (const line of textLines(file)) {
    rows.push({ file_date: fileDate, delivery, revision, ...(JSON.parse(line) as LakeRow) });
    if (rows.length < ROWS_AT_ONCE) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}
