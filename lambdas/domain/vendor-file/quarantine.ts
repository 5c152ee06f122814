import Papa from 'papaparse';
import type { Problem } from '../../contracts/report.ts';
import { csvRecord } from './csv-record.ts';
import type { Line } from './read-rows.ts';

export const QUARANTINE_HEADER = 'line,column,expected,found,row\r\n';

/** One line of the quarantine file. Values that a spreadsheet would run as formulas are escaped. */
export function quarantineLine(problem: Problem, line: Line): string {
  const row = line.torn ? line.fields[0] : Papa.unparse([line.fields]);
  return `${csvRecord([problem.line, problem.column ?? '', problem.expected, problem.found, row])}\r\n`;
}
