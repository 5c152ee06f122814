import { priceVersions } from '../datasets/price-versions.ts';
import { boundText } from '../lambdas/adapters/iceberg/bounds.ts';
import type { DataFile } from '../lambdas/adapters/iceberg/manifest-files.ts';
import { monthNumber } from '../lambdas/adapters/iceberg/partition.ts';
import type { StoredSegment } from '../lambdas/domain/prices/segment-version.ts';
import { type Lake, quoted } from './lake.ts';
import { allRows, type Cell, plainDecimal, resultOf } from './rows.ts';
import { type NoticeRow, type Notices, segmentsOf, tombstonesOf, type VersionRow } from './ticker-groups.ts';

/** Asked names, and all names connected with them: name → the group that it belongs to. Undefined asks for all. */
export type Names = {
  asked: readonly string[] | undefined;
  groupOf: (name: string) => string;
  connected: Map<string, string>;
};

/** The rows of the small tables. */
export async function readNotices(lake: Lake): Promise<Notices> {
  const read = async (name: string): Promise<NoticeRow[]> => {
    const { columns, batches } = await resultOf(await lake.database(), `select * from ${await lake.reading(name)}`);
    const rows = await allRows({ batches });
    return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column.name, row[i] ?? null])));
  };
  const [retirements, splits, renames] = await Promise.all([read('retirements'), read('splits'), read('renames')]);
  return { retirements, splits, renames };
}

export type Group = { names: ReadonlySet<string>; segments: StoredSegment[] };

/** The segments of each group of names, one group after the other. */
export async function* readGroups(
  lake: Lake,
  { asked: tickers, groupOf, connected }: Names,
  notices: Notices,
  upTo: string | undefined,
  window: { from: string; to: string } | undefined,
): AsyncGenerator<Group> {
  const database = await lake.database();
  const pairs = [...connected].map(([name, group]) => `(${quoted(name)}, ${quoted(group)})`);
  const groups = `(values ${pairs.join() || '(null, null)'}) g(name, grp)`;
  const own = (name: string) => [...connected].filter(([, group]) => group === name).map(([other]) => other);
  const wanted = tickers && new Set(tickers.map(groupOf));
  const names = wanted && [...wanted].flatMap((group) => [group, ...own(group)]);
  const conditions = [
    // On the column itself, so that DuckDB passes over parts of files.
    ...(names ? [`v.ticker in (${names.map(quoted).join()})`] : []),
    ...(upTo === undefined ? [] : [`v.precedence <= ${quoted(upTo)}`]),
    ...(window ? [`v.date between ${quoted(sqlDate(window.from))} and ${quoted(sqlDate(window.to))}`] : []),
  ];
  const hasTicker = names ? mayHave(names) : () => true;
  const reading = await lake.reading(
    'price_versions',
    (file) => hasTicker(file) && (!window || isWithin(file.partition['date_month'], window)),
  );
  const sql = `select v.ticker, v.date::varchar, v.close, v.open, v.high, v.low, v.volume, v.split, v.delivery, coalesce(g.grp, v.ticker) as grp
    from ${reading} v left join ${groups} on g.name = v.ticker
    ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''} order by grp, v.date, v.precedence`;
  const known = (rows: NoticeRow[]) =>
    upTo === undefined ? rows : rows.filter((row) => String(row['precedence']) <= upTo);
  const upToNow = {
    retirements: known(notices.retirements),
    splits: known(notices.splits),
    renames: known(notices.renames),
  };
  for await (const [group, rows] of byLast((await resultOf(database, sql)).batches)) {
    const names = new Set([group, ...own(group)]);
    yield { names, segments: [...segmentsOf(rows.map(versionRow)), ...tombstonesOf(names, upToNow)] };
  }
}

/** True for files whose bounds have room for one of these tickers. */
export function mayHave(tickers: readonly string[]): (file: DataFile) => boolean {
  const wanted = tickers.map((ticker) => Buffer.from(ticker));
  return ({ lower_bounds, upper_bounds }) => {
    const [lower, upper] = [lower_bounds, upper_bounds].map((one) => boundText(priceVersions.columns, 'ticker', one));
    if (lower === undefined || upper === undefined) return true;
    const [first, last] = [Buffer.from(lower), Buffer.from(upper)];
    // Other engines shorten bounds.
    return wanted.some((ticker) => ticker.compare(first) >= 0 && ticker.subarray(0, last.length).compare(last) <= 0);
  };
}

const sqlDate = (date: string): string => (date === '0000' ? '0001-01-01' : date === '9999' ? '9999-12-31' : date);

const isWithin = (month: unknown, { from, to }: { from: string; to: string }): boolean =>
  Number(month) >= monthNumber(sqlDate(from).slice(0, 7)) && Number(month) <= monthNumber(sqlDate(to).slice(0, 7));

function versionRow([ticker, date, close, open, high, low, volume, split, delivery]: Cell[]): VersionRow {
  const text = (value: Cell | undefined): string | null => (value == null ? null : plainDecimal(String(value)));
  return {
    ticker: String(ticker),
    date: String(date),
    close: text(close),
    open: text(open),
    high: text(high),
    low: text(low),
    volume: text(volume),
    split: text(split),
    delivery: String(delivery),
  };
}

/** Rows with the same last cell, which come one after the other. */
async function* byLast(batches: AsyncIterable<Cell[][]>): AsyncGenerator<[string, Cell[][]]> {
  let group: string | undefined;
  let rows: Cell[][] = [];
  for await (const batch of batches) {
    for (const row of batch) {
      const own = String(row.at(-1));
      if (group !== undefined && own !== group) {
        yield [group, rows];
        rows = [];
      }
      group = own;
      rows.push(row);
    }
  }
  if (group !== undefined) yield [group, rows];
}
