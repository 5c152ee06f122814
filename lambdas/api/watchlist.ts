import { windowStart } from '../contracts/dates.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { folded } from '../domain/prices/fold.ts';
import { changeOver, seriesOf } from '../domain/prices/series.ts';
import { readTicker } from '../pricing/read-ticker.ts';
import { concurrently } from '../runtime/concurrently.ts';
import { describeClose } from './last-closes.ts';
import type { ApiPorts, ApiSettings } from './ports.ts';

const QUERIES_AT_ONCE = 16;
/** Calendar days of the small charts. */
const SPARK_DAYS = 90;
/** Points of a small chart; more would not be seen. */
const SPARK_POINTS = 40;
/** A ticker without closes in the last years still has its last one. */
const ALL_YEARS = '0';

/** The rows of the page of a subscriber, in one answer: each ticker with its last close and the points of a small chart. */
export async function watchlist(
  ports: Pick<ApiPorts, 'prices'>,
  { suspectMove }: Pick<ApiSettings, 'suspectMove'>,
  tickers: Subscriber['tickers'],
) {
  const rows: Awaited<ReturnType<typeof rowOf>>[] = [];
  await concurrently(Object.entries(tickers), QUERIES_AT_ONCE, async ([ticker, { window }]) => {
    rows.push(await rowOf(ports, suspectMove, ticker, window));
  });
  return rows.sort((a, b) => (a.ticker < b.ticker ? -1 : 1));
}

async function rowOf(
  { prices }: Pick<ApiPorts, 'prices'>,
  suspectMove: number,
  ticker: string,
  window: Subscriber['tickers'][string]['window'],
) {
  const { current } = await readTicker(prices, ticker, ALL_YEARS);
  const { observations, ticker: now, company } = folded(ticker, current);
  const series = seriesOf(now, observations, suspectMove);
  const [weekChange, monthChange] = [7, 30].map((days) => series && changeOver(series, days));
  const from = series ? windowStart(series.last.date, SPARK_DAYS) : '';
  const trusted = (series?.adjusted ?? []).filter(({ date }) => date >= from && !series?.suspects.has(date));
  return {
    ticker,
    window,
    ...(company && { name: company }),
    ...(now !== ticker && { renamedTo: now }),
    ...describeClose(series),
    ...(weekChange !== undefined && { weekChange }),
    ...(monthChange !== undefined && { monthChange }),
    spark: thinned(trusted.map(({ close }) => Number(close))),
  };
}

/** At most SPARK_POINTS of them, the first and the last included. */
function thinned(values: readonly number[]): number[] {
  if (values.length <= SPARK_POINTS) return [...values];
  const step = (values.length - 1) / (SPARK_POINTS - 1);
  return Array.from({ length: SPARK_POINTS }, (_, i) => values[Math.round(i * step)] ?? 0);
}
