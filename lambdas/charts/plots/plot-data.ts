import type { PricesTable } from '../../adapters/prices-table.ts';
import { windowStart } from '../../contracts/dates.ts';
import type { Subscriber } from '../../contracts/subscriber.ts';
import { folded } from '../../domain/prices/fold.ts';
import { type Series, seriesOf } from '../../domain/prices/series.ts';
import { csvRecord } from '../../domain/vendor-file/csv-record.ts';
import { readTicker } from '../../pricing/read-ticker.ts';
import type { Plot, PlotRow } from './plot-page.ts';

/** The answer of a Lambda function has at most 6 MB: 60 years of eight tickers are cut at their start. */
const MAX_ROWS = 90_000;

export type Plotted = { ticker: string; company: string; series: Series };

/**
 * Reads tickers with all their closes. Those without current prices are left out.
 * @param asOf prices as they were known then (ISO date); all if absent
 */
export async function readSeries(
  { prices }: { prices: Pick<PricesTable, 'segmentsOf'> },
  { suspectMove }: { suspectMove: number },
  { tickers, asOf }: { tickers: readonly string[]; asOf?: string },
): Promise<Plotted[]> {
  const found = tickers.map(async (asked) => {
    const { current } = await readTicker(prices, asked, '0');
    const { observations, ticker, company = '' } = folded(asked, current, asOf);
    const series = seriesOf(ticker, observations, suspectMove);
    return series ? [{ ticker, company, series }] : [];
  });
  return (await Promise.all(found)).flat();
}

/** What the page of a plot shows. */
export function plotsOf(plotted: readonly Plotted[]): Plot[] {
  const most = Math.floor(MAX_ROWS / Math.max(1, plotted.length));
  return plotted.map(({ ticker, company, series }) => ({ ticker, company, rows: rowsOf(series).slice(-most) }));
}

/** What the chart in a mail shows, as CSV. @param window calendar days of the chart */
export function csvOf(plotted: readonly Plotted[], window: number): string {
  const rows = plotted.flatMap(({ ticker, series }) => {
    const from = windowStart(series.last.date, window);
    return rowsOf(series)
      .filter(([date]) => date >= from)
      .map(([date, close, volume = '', suspect]) => [ticker, date, close, volume, suspect ? 'suspect' : '']);
  });
  return [['ticker', 'date', 'close', 'volume', 'note'], ...rows].map((record) => `${csvRecord(record)}\r\n`).join('');
}

/** The closes on today's scale, as in the mail. */
const rowsOf = ({ adjusted, suspects }: Series): PlotRow[] =>
  adjusted.map(({ date, close, volume = '' }) =>
    suspects.has(date) ? [date, close, volume, 1] : [date, close, volume],
  );

/** A team is named by its mailbox: the part before the @. */
export const teamOf = ({ address }: Pick<Subscriber, 'address'>): string => address.slice(0, address.lastIndexOf('@'));
