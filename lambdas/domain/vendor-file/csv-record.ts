import Papa from 'papaparse';

/**
 * Characters with which a spreadsheet begins a formula, in their full-width forms too. Only the first character of a
 * cell counts: a pattern over the whole cell would stop at a line break of Unicode.
 */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** One CSV record without its line break, for every export. A cell that would be run as a formula gets a `'` in front. */
export const csvRecord = (cells: readonly unknown[]): string =>
  Papa.unparse([cells as unknown[]], { escapeFormulae: FORMULA, newline: '\r\n' });
