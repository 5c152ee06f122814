import Papa from 'papaparse';
import type { DeliveryId } from '../../contracts/delivery-id.ts';
import type { Problem } from '../../contracts/report.ts';
import { DECLARATION_COLUMNS, type Declaration, DeclarationReader } from '../vendor-file/declaration-reader.ts';
import { splitLines } from '../vendor-file/split-lines.ts';

/**
 * The declarations in a file, and its bad rows.
 * @throws BadFile if the file has another header
 */
export function readDeclarations(
  text: string,
  delivery: DeliveryId,
): { declarations: Declaration[]; problems: Problem[] } {
  const { lines } = splitLines(text, ',', 1);
  const reader = new DeclarationReader(lines[0], delivery);
  const rows = lines.slice(1).map((line) => reader.read(line));
  return {
    declarations: rows.flatMap((row) =>
      'action' in row && (row.action === 'split' || row.action === 'rename') ? [row] : [],
    ),
    problems: rows.flatMap((row) => ('expected' in row ? [row] : [])),
  };
}

/** A file with these declarations. The same ones in another order are the same bytes. Nothing is escaped: the reader refuses formulas. */
export const writeDeclarations = (declarations: readonly Declaration[]): string =>
  [DECLARATION_COLUMNS.join(), ...declarations.map((one) => Papa.unparse([cellsOf(one)])).sort()]
    .map((record) => `${record}\n`)
    .join('');

/** True if two declarations are about the same event: a split of a ticker on a date, a rename of a name. */
export const isSameEvent = (a: Declaration, b: Declaration): boolean =>
  a.action === 'split' && b.action === 'split'
    ? a.ticker === b.ticker && a.date === b.date
    : a.action === 'rename' && b.action === 'rename' && a.from === b.from;

const cellsOf = (one: Declaration): string[] =>
  one.action === 'split' ? ['S', one.ticker, one.date, one.ratio] : ['R', one.ticker, one.date, one.from];
