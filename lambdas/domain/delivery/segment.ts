import { TOMBSTONE_YEAR } from '../../contracts/keys.ts';
import { firstCharacters, visible } from '../../contracts/visible.ts';

/** The rows of one delivery for one ticker in one calendar year: one item of the prices table. */
export type Segment = {
  ticker: string;
  /** Calendar year, or TOMBSTONE_YEAR for the tombstone item. */
  year: string;
  /**
   * Packed rows by date, one per line: `0102 300.35 v33870100`; `0107 D` deletes that date. The last year of a ticker may begin with
   * `name Apple Inc.`. A tombstone item has other lines, see tombstone.ts.
   */
  rows: string;
};

export type SegmentName = Pick<Segment, 'ticker' | 'year'>;

/** One unpacked row. Values are exact decimals; `close` is undefined if the row deletes its date. */
export type SegmentRow = {
  /** MMDD */
  day: string;
  close: string | undefined;
  open?: string;
  high?: string;
  low?: string;
  volume?: string;
  /** New shares per old, if the vendor declares a split on that day. */
  split?: string;
};

const MARKS = { o: 'open', h: 'high', l: 'low', v: 'volume', s: 'split' } as const;

/** Longer names are cut. */
const MAX_NAME_CHARS = 100;
const NAME = /^name (.*)$/m;

/** Packed rows with the name of the company before them. */
export const withName = (rows: string, name: string): string => `name ${companyName(name)}\n${rows}`;

/** The name of a company as it is kept: one line. */
export const companyName = (name: string): string =>
  firstCharacters(visible(name).replace(/\s+/g, ' '), MAX_NAME_CHARS);

/** The name of the company that a segment has; undefined if its file has none. */
export const nameIn = ({ rows }: Pick<Segment, 'rows'>): string | undefined => NAME.exec(rows)?.[1];

/** Unpacks the rows of a segment, by date. A tombstone item has none. */
export function unpackRows({ year, rows }: Pick<Segment, 'year' | 'rows'>): SegmentRow[] {
  if (year === TOMBSTONE_YEAR || rows === '') return [];
  return rows
    .replace(/^name .*\n/, '')
    .split('\n')
    .map((line) => {
      const [day = '', close = '', ...extras] = line.split(' ');
      return { day, close: close === 'D' ? undefined : close, ...unpackExtras(extras) };
    });
}

type Extras = Pick<SegmentRow, 'open' | 'high' | 'low' | 'volume' | 'split'>;

/** The optional values of a row: `v33870100` is its volume. */
export function unpackExtras(extras: readonly string[]): Extras {
  const row: Extras = {};
  for (const extra of extras) {
    const mark = MARKS[extra[0] as keyof typeof MARKS];
    if (mark) row[mark] = extra.slice(1);
  }
  return row;
}
