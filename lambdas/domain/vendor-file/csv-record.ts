import Papa from 'papaparse';

/**
 * Characters that start a formula in a spreadsheet, including their full-width forms. Only the first character of a cell is tested: a
 * pattern over the whole cell would stop at a Unicode line break.
 */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** One CSV record without its line break. A cell that a spreadsheet would run as a formula gets a leading `'`. */
export const csvRecord = (cells: readonly unknown[]): string =>
  Papa.unparse([cells as unknown[]], { escapeFormulae: FORMULA, newline: '\r\n' });
