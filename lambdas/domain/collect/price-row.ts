import { csvRecord } from '../vendor-file/csv-record.ts';
import { splitLines } from '../vendor-file/split-lines.ts';

/** One row of a collector's file of prices; values are exact decimals, and empty if they are absent. */
export type PriceRow = {
  ticker: string;
  close: string;
  /** ISO date of the session. */
  date: string;
  /** D deletes what an earlier file has. */
  action: 'I' | 'D';
  open: string;
  high: string;
  low: string;
  volume: string;
  split: string;
};

/** The columns of a vendor's file. */
const COLUMNS = 'ticker,Closing Val,Timestamp,Action,open,high,low,volume,split';
export const PRICE_HEADER = `${COLUMNS}\n`;

export const priceLine = ({ ticker, close, date, action, open, high, low, volume, split }: PriceRow): string =>
  `${csvRecord([ticker, close, date, action, open, high, low, volume, split])}\n`;

/** A file in the folder of a collector that the collector did not write. */
export class ForeignFile extends Error {}

/**
 * The rows of a file that a collector wrote, one by one: a long history is never in memory as rows.
 * @param lines of the file
 * @param key for the message
 * @throws ForeignFile if its header is another one
 */
export async function* priceRows(
  lines: AsyncIterable<string> | Iterable<string>,
  key: string,
): AsyncGenerator<PriceRow> {
  let isHeader = true;
  for await (const line of lines) {
    if (isHeader && line !== COLUMNS)
      throw new ForeignFile(
        `Expected the header ${COLUMNS} in ${key}, which only the collector writes, found ${line.slice(0, 100)}. Move that file to a folder of its own.`,
      );
    if (!isHeader && line !== '') yield rowIn(line);
    isHeader = false;
  }
}

function rowIn(line: string): PriceRow {
  const fields = line.includes('"') ? (splitLines(line, ',', 1).lines[0]?.fields ?? []) : line.split(',');
  const [ticker = '', close = '', date = '', action, open = '', high = '', low = '', volume = '', split = ''] = fields;
  return { ticker, close, date, action: action === 'D' ? 'D' : 'I', open, high, low, volume, split };
}

/** A row that deletes a date. */
export const deletion = ({ ticker, date }: Pick<PriceRow, 'ticker' | 'date'>): PriceRow => ({
  ticker,
  close: '',
  date,
  action: 'D',
  open: '',
  high: '',
  low: '',
  volume: '',
  split: '',
});

export const isSameRow = (a: PriceRow, b: PriceRow): boolean => priceLine(a) === priceLine(b);
