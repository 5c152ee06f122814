import type { Problem } from '../../contracts/report.ts';
import { csvRecord } from './csv-record.ts';

export const QUARANTINE_HEADER = 'line,column,expected,found,row\r\n';

/**
 * One line of the quarantine file. Values that a spreadsheet would run as formulas are escaped.
 * @param row the line of the file as it came, without its line break
 */
export const quarantineLine = ({ line, column, expected, found }: Problem, row: string): string =>
  `${csvRecord([line, column ?? '', expected, found, row])}\r\n`;
