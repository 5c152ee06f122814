import type { Row } from '../vendor-file/row.ts';
import { unpackExtras } from './segment.ts';

/** One row of a delivery as it was accepted. Values are exact decimals; absent ones are empty. */
export type AcceptedRow = {
  line: number;
  /** I inserts or overwrites, U updates, D deletes, S declares a split, R a rename. */
  action: 'I' | 'U' | 'D' | 'S' | 'R';
  /** Of a rename, the new name. */
  ticker: string;
  /** ISO date; empty if the row retires the ticker. */
  date: string;
  close: string;
  open: string;
  high: string;
  low: string;
  volume: string;
  split: string;
  /** Name of the company; of a rename, the old ticker. */
  name: string;
};

const ACCEPTED_COLUMNS = [
  'line',
  'action',
  'ticker',
  'date',
  'close',
  'open',
  'high',
  'low',
  'volume',
  'split',
  'name',
] as const satisfies (keyof AcceptedRow)[];

export const ACCEPTED_HEADER = `${ACCEPTED_COLUMNS.join()}\n`;

/**
 * One line of `rows.csv.gz`, which keeps what a revision accepted. Programs read it: values are exact, and formulas are not escaped.
 * @param line number in the file
 */
export function acceptedLine(row: Row, line: number): string {
  if (row.action === 'set' && row.extras === '' && !row.name)
    return `${line},${row.isUpdate ? 'U' : 'I'},${quoted(row.ticker)},${row.date},${row.close},,,,,,\n`;
  const head = `${line},${actionOf(row)},${quoted(row.ticker)}`;
  if (row.action === 'retire') return `${head},,,,,,,,\n`;
  if (row.action === 'delete') return `${head},${row.date},,,,,,,\n`;
  if (row.action === 'split') return `${head},${row.date},,,,,,${row.ratio},\n`;
  if (row.action === 'rename') return `${head},${row.date},,,,,,,${quoted(row.from)}\n`;
  const name = row.name ? quoted(row.name) : '';
  const { open = '', high = '', low = '', volume = '', split = '' } = unpackExtras(row.extras.slice(1).split(' '));
  return `${head},${row.date},${row.close},${open},${high},${low},${volume},${split},${name}\n`;
}

function actionOf(row: Row): AcceptedRow['action'] {
  if (row.action === 'set') return row.isUpdate ? 'U' : 'I';
  return ({ delete: 'D', retire: 'D', split: 'S', rename: 'R' } as const)[row.action];
}

const TO_QUOTE = /[",\r\n]/;

/** A record is one line: a line break in a name becomes a space. */
const quoted = (text: string): string =>
  TO_QUOTE.test(text) ? `"${text.replace(/[\r\n]+/g, ' ').replaceAll('"', '""')}"` : text;

/** A row from the fields of its line. */
export function acceptedRow(fields: readonly string[]): AcceptedRow {
  const [
    line,
    action,
    ticker = '',
    date = '',
    close = '',
    open = '',
    high = '',
    low = '',
    volume = '',
    split = '',
    name = '',
  ] = fields;
  const known = action as AcceptedRow['action'];
  return { line: Number(line), action: known, ticker, date, close, open, high, low, volume, split, name };
}
