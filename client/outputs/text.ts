import { csvRecord } from '../../lambdas/domain/vendor-file/csv-record.ts';
import type { Cell, Rows } from '../rows.ts';

/** Rows as text, in pieces. */
export type TextOutput = (rows: Rows) => AsyncGenerator<string>;

/** CSV with a header. A cell that a spreadsheet would run as a formula gets a leading `'`; numbers are left as they are. */
export async function* csv({ columns, batches }: Rows): AsyncGenerator<string> {
  yield `${csvRecord(columns.map(({ name }) => name))}\r\n`;
  const isText = columns.map(({ type }) => type === 'string');
  for await (const rows of batches) {
    const lines = rows.map((row) => row.map((cell, i) => csvCell(cell, isText[i] ?? true)).join());
    if (lines.length > 0) yield `${lines.join('\r\n')}\r\n`;
  }
}

function csvCell(cell: Cell, isText: boolean): string {
  if (cell === null) return '';
  // Most text is a ticker or a date.
  if (!isText || (typeof cell === 'string' && /^[A-Za-z0-9][\w. /-]*$/.test(cell))) return String(cell);
  const text = csvRecord([cell]);
  // Some spreadsheets split at semicolons or tabs.
  return /[;\t]/.test(text) && !text.startsWith('"') ? `"${text}"` : text;
}

/** One JSON object in each line. Decimals are text, so that no digit is lost. */
export async function* jsonLines({ columns, batches }: Rows): AsyncGenerator<string> {
  const names = columns.map(({ name }) => name);
  for await (const rows of batches) {
    const lines = rows.map((row) => JSON.stringify(Object.fromEntries(names.map((name, i) => [name, row[i] ?? null]))));
    if (lines.length > 0) yield `${lines.join('\n')}\n`;
  }
}

/** Wider cells are cut. */
const MAX_WIDTH = 48;
/** A table on a terminal is for reading: more rows than this belong in a file. */
const MAX_ROWS = 1_000;

/** A table for a terminal: numbers to the right. */
export async function* table({ columns, batches }: Rows): AsyncGenerator<string> {
  const rows: string[][] = [];
  let isCut = false;
  for await (const batch of batches) {
    const room = MAX_ROWS - rows.length;
    rows.push(...batch.slice(0, room).map((row) => row.map(shown)));
    isCut ||= batch.length > room;
    if (isCut) break;
  }
  const header = columns.map(({ name }) => name);
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => (isNumber(columns[i]?.type) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  yield `${[line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n')}\n`;
  if (isCut) yield `… and more: these are the first ${MAX_ROWS} rows. All of them: --format csv\n`;
}

const isNumber = (type: string | undefined): boolean => type === 'int' || type === 'double' || type === 'decimal';

function shown(cell: Cell): string {
  if (cell === null) return '';
  const text = typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(4) : String(cell);
  // Text of a file may not move the cursor.
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
  return visible.length > MAX_WIDTH ? `${visible.slice(0, MAX_WIDTH - 1)}…` : visible;
}
