import type { Problem } from '../../contracts/report.ts';
import { quote } from './bad-file.ts';
import type { FileFormat } from './file-format.ts';
import { problem } from './row-rules.ts';
import type { Line } from './split-lines.ts';
import { mayBeSplit } from './surplus.ts';

/** Returns a function that tells why a line is no row of the file: its number of fields, quotes, line breaks. */
export function shapeCheck(format: FileFormat): (line: Line) => Problem | undefined {
  const nameless = namelessBehindPrices(format);
  const { width } = format.columns;
  return (line) => {
    const { fields, torn } = line;
    if (torn) return problem(line, undefined, 'quotes that open and close on one line', quote(fields[0] ?? ''));
    if (fields.length !== width && !differsOnlyInEmptyFields(line, format)) return badWidth(line, format);
    // Most files have no such column.
    return nameless.length === 0 ? undefined : strayValue(line, nameless);
  };
}

function strayValue(line: Line, nameless: readonly number[]): Problem | undefined {
  const at = nameless.find((one) => /\d/.test(line.fields[one] ?? ''));
  if (at === undefined) return undefined;
  return problem(line, undefined, 'no value in the column without a name behind a price', quote(line.fields[at] ?? ''));
}

/** Columns without a name: with commas between fields, the rest of a number may be there. */
const namelessBehindPrices = ({ delimiter, columns: { names, width, close, extras } }: FileFormat): number[] =>
  [close, ...extras.map(([, at]) => at)]
    .map((at) => at + 1)
    .filter((at) => delimiter === ',' && at < width && !names[at]);

/** True if a line differs from the header only by empty fields at its end. */
function differsOnlyInEmptyFields(line: Line, { columns, surplus }: FileFormat): boolean {
  const { names, width } = columns;
  const { fields } = line;
  if (fields.length < names.length) return false;
  const isSurplus = fields.length > width;
  if (isSurplus && (surplus === 'refuse' || (surplus === 'check' && mayBeSplit(line, columns)))) return false;
  return fields.slice(names.length).every((one) => one.trim() === '');
}

function badWidth(line: Line, { columns, delimiter }: FileFormat): Problem {
  if (line.fields.some((one) => one.trim().includes('\r')))
    return problem(line, undefined, 'lines that end in LF or CRLF', 'lines that end in CR alone');
  const hint =
    line.fields.length > columns.width && delimiter === ','
      ? ' (a number like 98,7 or 1,000 must be in quotes, or another delimiter be used)'
      : '';
  return problem(line, undefined, `${columns.width} fields as in the header${hint}`, String(line.fields.length));
}
