import { closest } from 'fastest-levenshtein';
import { addDays } from '../lambdas/contracts/dates.ts';
import { isRealDate } from '../lambdas/contracts/delivery-id.ts';
import { INDICATOR_NAMES, namedIndicator } from '../lambdas/domain/indicators/named.ts';
import { type Folded, folded } from '../lambdas/domain/prices/fold.ts';
import { adjusted, declaredSplits } from '../lambdas/domain/prices/splits.ts';
import { knownAsOf } from './as-of.ts';
import { LakeFault } from './fault.ts';
import { type Lake, quoted } from './lake.ts';
import { type Group, mayHave, type Names, readGroups, readNotices } from './read-groups.ts';
import { allRows, type Cell, nonEmpty, type Rows, resultOf } from './rows.ts';
import { connectedNames, type NoticeRow } from './ticker-groups.ts';

export type PricesQuery = {
  /** All tickers if undefined. */
  tickers?: readonly string[] | undefined;
  /** ISO dates, both included. */
  from?: string | undefined;
  to?: string | undefined;
  /** A date or a delivery, see knownAsOf. */
  asOf?: string | undefined;
  /** Names, see namedIndicator. They are computed from adjusted closes. */
  indicators?: readonly string[] | undefined;
  /** `both`: the close as delivered, and beside it on today's scale. */
  scale?: 'both' | 'raw' | 'adjusted' | undefined;
  limit?: number | undefined;
};

/** The tables that prices are folded from. */
const TABLES = ['price_versions', 'retirements', 'splits', 'renames'];

/** Rows that are handed on at once. */
const BATCH = 5_000;

/**
 * The prices of tickers, as the API has them: folded from all versions, under all names of a ticker. Closes before the range are read
 * too, so that indicators are not cut short.
 * @throws LakeFault for an unknown ticker or indicator, and an empty range
 */
export async function prices(lake: Lake, query: PricesQuery): Promise<Rows> {
  const { from = '0000', to = '9999', scale = 'both', indicators = [] } = query;
  if (from > to) throw new LakeFault(`Expected a range of dates, found ${from} to ${to}: the first is after the last.`);
  const extra = indicators.flatMap((name) =>
    Object.keys(namedIndicator(name, { dates: [], closes: [] }) ?? unknown(name)),
  );
  // Each is read for itself: together they take as long as one.
  await Promise.all([lake.database(), ...TABLES.map((name) => lake.table(name))]);
  const notices = await readNotices(lake);
  const { upTo } = await knownAsOf(lake, query.asOf);
  const names = askedNames(query.tickers, notices.renames);
  const columns: Rows['columns'][number][] = [
    { name: 'ticker', type: 'string' },
    { name: 'date', type: 'date' },
    ...(['open', 'high', 'low'] as const).map((name) => ({ name, type: 'decimal' as const })),
    ...(scale === 'adjusted' ? [] : [{ name: 'close', type: 'decimal' as const }]),
    { name: 'volume', type: 'decimal' },
    // Rounded to twelve digits, and without a limit: a double holds it.
    ...(scale === 'raw' ? [] : [{ name: 'adjusted_close', type: 'double' as const }]),
    { name: 'delivery', type: 'string' },
    ...extra.map((name) => ({ name, type: 'double' as const })),
  ];
  const window = indicators.length > 0 || notices.renames.length > 0 ? undefined : windowFor(scale, from, to);
  const groups = known(lake, readGroups(lake, names, notices, upTo, window), names);
  const rowsOf = (one: Folded) => priceRows(one, { from, to, scale, indicators });
  const found = await nonEmpty(asked(groups, names, rowsOf), noClose(query));
  const batches = limited(found, query.limit ?? Number.POSITIVE_INFINITY);
  const provenance = await Promise.all(TABLES.map((name) => lake.provenance(name)));
  return { columns, batches, provenance: provenance.filter(({ snapshot }) => snapshot !== 'none') };
}

/** Before the range: the close before a split of its first days. After it: splits that put its closes on today's scale. */
const DAYS_BEFORE = 31;

/** What must be read for closes without indicators and renames. */
const windowFor = (scale: PricesQuery['scale'], from: string, to: string): { from: string; to: string } =>
  scale === 'raw' ? { from, to } : { from: isRealDate(from) ? addDays(from, -DAYS_BEFORE) : from, to: '9999' };

function unknown(name: string): never {
  throw new LakeFault(`Expected indicators of ${INDICATOR_NAMES}, found ${name}.`);
}

function askedNames(tickers: readonly string[] | undefined, renames: readonly NoticeRow[]): Names {
  const connected = connectedNames(renames);
  if (tickers?.length === 0) throw new LakeFault('Expected tickers like AAPL,MSFT, found none.');
  return { asked: tickers, groupOf: (name) => connected.get(name) ?? name, connected };
}

/** The groups of the asked tickers, once it is sure that the lake knows each of them. @throws LakeFault for an unknown one */
async function* known(lake: Lake, groups: AsyncIterable<Group>, { asked: tickers, groupOf, connected }: Names) {
  if (!tickers) {
    yield* groups;
    return;
  }
  const found: Group[] = [];
  for await (const group of groups) found.push(group);
  const seen = new Set(found.flatMap(({ names }) => [...names].map(groupOf)));
  const missing = tickers.filter((name) => !seen.has(groupOf(name)) && !connected.has(name));
  // They may have closes in other years.
  const reading = missing.length > 0 && (await lake.reading('price_versions', mayHave(missing)));
  const sql = `select distinct ticker from ${reading} where ticker in (${missing.map(quoted).join()})`;
  const rows = reading ? await allRows(await resultOf(await lake.database(), sql)) : [];
  const others = new Set(rows.map(([name]) => String(name)));
  const unheard = missing.filter((name) => !others.has(name));
  if (unheard.length > 0) throw new LakeFault(await unknownTickers(lake, unheard));
  yield* found;
}

async function unknownTickers(lake: Lake, missing: readonly string[]): Promise<string> {
  const sql = `select distinct ticker from ${await lake.reading('price_versions')} order by 1`;
  const all = (await allRows(await resultOf(await lake.database(), sql))).map(([name]) => String(name));
  if (all.length === 0) return 'The lake has no prices yet. Drop a file, and ask again when it is applied.';
  const near = missing.map((name) => closest(name, all)).join(', ');
  return `The lake has no ticker ${missing.join(', ')}. Is it ${near}? All of them: npx closing-bell sql 'select distinct ticker from prices'`;
}

/** The rows of the tickers that were asked for; of all of them each identity once. */
async function* asked(
  groups: AsyncIterable<Group>,
  { asked: tickers, groupOf }: Names,
  rowsOf: (one: Folded) => Cell[][],
): AsyncGenerator<Cell[][]> {
  let batch: Cell[][] = [];
  for await (const { names, segments } of groups) {
    const [first = ''] = names;
    const wanted = tickers ? tickers.filter((name) => groupOf(name) === groupOf(first)) : [...names];
    const identities = new Map(wanted.map((name) => folded(name, segments)).map((one) => [identityKey(one), one]));
    for (const one of identities.values()) batch.push(...rowsOf(one));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** Two tickers may have had the same name: their lists of names differ. */
const identityKey = ({ identity: { names } }: Folded): string => JSON.stringify(names);

function priceRows(
  { ticker, observations }: Folded,
  {
    from,
    to,
    scale,
    indicators,
  }: Required<Pick<PricesQuery, 'from' | 'to' | 'scale' | 'indicators'>> & {
    from: string;
    to: string;
    indicators: readonly string[];
  },
): Cell[][] {
  const scaled =
    scale === 'raw' && indicators.length === 0 ? observations : adjusted(observations, declaredSplits(observations));
  const dates = scaled.map(({ date }) => date);
  const closes = indicators.length === 0 ? [] : scaled.map(({ close }) => Number(close));
  const values = indicators.flatMap((name) => Object.values(namedIndicator(name, { dates, closes }) ?? {}));
  return observations.flatMap(({ date, open, high, low, close, volume, delivery }, i): Cell[][] => {
    if (date < from || date > to) return [];
    const onToday = scaled[i]?.close ?? close;
    return [
      [
        ticker,
        date,
        open ?? null,
        high ?? null,
        low ?? null,
        ...(scale === 'adjusted' ? [] : [close]),
        volume ?? null,
        ...(scale === 'raw' ? [] : [onToday]),
        delivery,
        ...values.map((column) => column[i] ?? null),
      ],
    ];
  });
}

async function* limited(batches: AsyncIterable<Cell[][]>, limit: number): AsyncGenerator<Cell[][]> {
  let count = 0;
  for await (const batch of batches) {
    const some = batch.slice(0, limit - count);
    count += some.length;
    if (some.length > 0) yield some;
    if (count >= limit) return;
  }
}

function noClose(query: PricesQuery): string {
  const of = query.tickers ? ` of ${query.tickers.join(', ')}` : '';
  const range = query.from || query.to ? ` from ${query.from ?? 'the first'} to ${query.to ?? 'the last'}` : '';
  const known = query.asOf ? ` as of ${query.asOf}` : '';
  return `There is no close${of}${range}${known}. What there is: npx closing-bell summary`;
}
