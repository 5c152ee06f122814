import { RETIRED_YEAR } from '../../contracts/keys.ts';

/** The rows of one delivery for one ticker in one calendar year: one item of the prices table. */
export type Segment = {
  ticker: string;
  /** Calendar year, or RETIRED_YEAR for the tombstone that retires the ticker. */
  year: string;
  /** Packed rows by date, one per line: `0102 300.35 v33870100`; `0107 D` deletes that date. */
  rows: string;
};

export type SegmentName = Pick<Segment, 'ticker' | 'year'>;

export const RETIRED_ROWS = 'retired';

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

/** Unpacks the rows of a segment, by date. A tombstone has none. */
export function unpackRows({ year, rows }: Pick<Segment, 'year' | 'rows'>): SegmentRow[] {
  if (year === RETIRED_YEAR || rows === '') return [];
  return rows.split('\n').map((line) => {
    const [day = '', close = '', ...extras] = line.split(' ');
    const row: SegmentRow = { day, close: close === 'D' ? undefined : close };
    for (const extra of extras) {
      const mark = MARKS[extra[0] as keyof typeof MARKS];
      if (mark) row[mark] = extra.slice(1);
    }
    return row;
  });
}
