import Papa from 'papaparse';
import type { DeliveryId } from '../../contracts/delivery-id.ts';
import { BadFile } from '../vendor-file/bad-file.ts';
import { splitLines } from '../vendor-file/split-lines.ts';
import { DECLARATION_COLUMNS, type Declaration, DeclarationReader } from './declaration-reader.ts';

/**
 * The declarations in a file.
 * @throws BadFile if the file has another header, or a bad row: it was not written by writeDeclarations
 */
export function readDeclarations(text: string, delivery: DeliveryId): Declaration[] {
  const [header, ...lines] = splitLines(text, ',', 1).lines;
  const reader = new DeclarationReader(header?.fields.join() ?? '', delivery);
  return lines.flatMap((line) => {
    const row = reader.read(line);
    if ('expected' in row) throw new BadFile(row);
    return 'action' in row && (row.action === 'split' || row.action === 'rename') ? [row] : [];
  });
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
