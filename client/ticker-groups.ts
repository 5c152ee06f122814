import { TOMBSTONE_YEAR } from '../lambdas/contracts/keys.ts';
import { type Rename, tombstoneRows } from '../lambdas/domain/delivery/tombstone.ts';
import type { StoredSegment } from '../lambdas/domain/prices/segment-version.ts';
import type { Cell } from './rows.ts';

/** Rows of the small tables, by column. */
export type NoticeRow = Record<string, Cell>;
export type Notices = { retirements: NoticeRow[]; splits: NoticeRow[]; renames: NoticeRow[] };

/** The names that renames connect: name → the first of them, which stands for all. */
export function connectedNames(renames: readonly NoticeRow[]): Map<string, string> {
  const groups = new Map<string, Set<string>>();
  for (const { ticker, old_ticker } of renames) {
    const [to, from] = [String(ticker), String(old_ticker)];
    const all = new Set([...(groups.get(to) ?? [to]), ...(groups.get(from) ?? [from])]);
    for (const name of all) groups.set(name, all);
  }
  return new Map([...groups].map(([name, all]) => [name, [...all].sort()[0] ?? name]));
}

/** The tombstones of the tickers in a group: retirements, splits and renames that deliveries declare. */
export function tombstonesOf(names: ReadonlySet<string>, { retirements, splits, renames }: Notices): StoredSegment[] {
  const found = new Map<
    string,
    {
      ticker: string;
      delivery: string;
      isRetired: boolean;
      splits: { date: string; ratio: string }[];
      renames: Rename[];
    }
  >();
  const at = (ticker: string, delivery: Cell | undefined) => {
    const key = `${ticker} ${delivery}`;
    const one = found.get(key) ?? { ticker, delivery: String(delivery), isRetired: false, splits: [], renames: [] };
    found.set(key, one);
    return one;
  };
  for (const { ticker, delivery } of retirements.filter((row) => names.has(String(row['ticker']))))
    at(String(ticker), delivery).isRetired = true;
  for (const { ticker, delivery, date, ratio } of splits.filter((row) => names.has(String(row['ticker']))))
    at(String(ticker), delivery).splits.push({ date: String(date), ratio: String(ratio) });
  for (const { ticker, old_ticker, delivery, date } of renames.filter((row) => names.has(String(row['ticker'])))) {
    const rename = { date: String(date), from: String(old_ticker), to: String(ticker) };
    for (const name of [rename.from, rename.to]) at(name, delivery).renames.push(rename);
  }
  return [...found.values()].map(({ ticker, delivery, ...tombstone }) =>
    segment(ticker, TOMBSTONE_YEAR, delivery, tombstoneRows(ticker, tombstone)),
  );
}

const MARKS = { open: 'o', high: 'h', low: 'l', volume: 'v', split: 's' } as const;

/** One row of price_versions. */
export type VersionRow = {
  ticker: string;
  date: string;
  close: string | null;
  delivery: string;
} & { [K in keyof typeof MARKS]: string | null };

/** The segments of a group of tickers, as the prices table has them. @param rows in the order of their dates */
export function segmentsOf(rows: readonly VersionRow[]): StoredSegment[] {
  const lines = new Map<string, { row: VersionRow; lines: string[] }>();
  for (const row of rows) {
    const key = `${row.ticker} ${row.date.slice(0, 4)} ${row.delivery}`;
    const found = lines.get(key) ?? { row, lines: [] };
    found.lines.push(lineOf(row));
    lines.set(key, found);
  }
  return [...lines.values()].map(({ row, lines: own }) =>
    segment(row.ticker, row.date.slice(0, 4), row.delivery, own.join('\n')),
  );
}

function lineOf(row: VersionRow): string {
  const extras = Object.entries(MARKS).flatMap(([name, mark]) => {
    const value = row[name as keyof typeof MARKS];
    return value === null ? [] : ` ${mark}${value}`;
  });
  return `${row.date.slice(5, 7)}${row.date.slice(8)} ${row.close ?? 'D'}${extras.join('')}`;
}

const segment = (ticker: string, year: string, delivery: string, rows: string): StoredSegment => ({
  ticker,
  year,
  delivery,
  revision: '0',
  knownAt: '',
  rows,
});
