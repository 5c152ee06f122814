import type { Line } from './split-lines.ts';

/** Why a line has no row in it. Such a line is listed, and is neither a row nor bad. */
export type Contentless = 'empty' | 'only delimiters' | 'a repeated header' | 'a trailer' | 'filtered out';

/** First words of trailers and totals. A ticker may have one of these names, so a line is tested only if it is no valid row. */
const TRAILER =
  /^(?:trailer|footer|(?:grand|sub)?[\s-]?totals?|sum|summary|eof|end|(?:record|row|line)s?(?:[\s_-]?count)?|count|number of (?:record|row|line)s|\d+ (?:record|row|line)s?|source|copyright|disclaimer|©|#)(?![\p{L}\p{N}])/iu;

/**
 * What a line is that is not a valid row.
 * @param header column names of the file
 * @param dateColumn a line with text in it is a row, even if it begins like a trailer
 */
export function contentless(
  { fields, torn }: Line,
  header: readonly string[],
  dateColumn: number,
): Contentless | undefined {
  if (torn) return undefined;
  const cells = fields.map((field) => field.trim());
  if (cells.every((cell) => cell === '')) return cells.length > 1 ? 'only delimiters' : 'empty';
  while (cells.at(-1) === '') cells.pop();
  const isHeader = cells.length === header.length && cells.every((cell, i) => isSame(cell, header[i] ?? ''));
  if (isHeader) return 'a repeated header';
  // A trailer fills a few columns; the name of a company may begin like one.
  if (cells.length === header.length && cells.every((cell) => cell !== '') && cells.length > 2) return undefined;
  const first = cells.find((cell) => cell !== '') ?? '';
  const hasDate = /\d/.test(cells[dateColumn] ?? '') && cells.length > 1;
  return !hasDate && TRAILER.test(first) ? 'a trailer' : undefined;
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
