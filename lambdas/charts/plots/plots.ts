import type { Context, Hono } from 'hono';
import { plotQuery } from '../../contracts/api/links.ts';
import { windowStart } from '../../contracts/dates.ts';
import { newYorkDate } from '../../domain/calendar/new-york.ts';
import { verifyLink } from '../../domain/links/link-token.ts';
import { type PlotLink, readPlotLink } from '../../domain/links/plot-link.ts';
import { folded } from '../../domain/prices/fold.ts';
import { type Series, seriesOf } from '../../domain/prices/series.ts';
import { csvRecord } from '../../domain/vendor-file/csv-record.ts';
import { readTicker } from '../../pricing/read-ticker.ts';
import type { Http } from '../../runtime/http/caller.ts';
import { Problem, parse } from '../../runtime/http/problem.ts';
import type { ChartsPorts, ChartsSettings } from '../ports.ts';
import { type PlotRow, plotPage, plotPolicy } from './plot-page.ts';

/** The answer of a Lambda function has at most 6 MB: 60 years of eight tickers are cut at their start. */
const MAX_ROWS = 90_000;

type Plotted = { ticker: string; company: string; series: Series };

/** Plots and their data, for readers without an account: the signed link from a mail is the authorization. */
export function plotRoutes(app: Hono<Http>, ports: ChartsPorts, settings: ChartsSettings): void {
  const linkOf = async (context: Context): Promise<{ link: PlotLink; team: string }> => {
    const { token } = parse(plotQuery, context.req.query(), 'query');
    const target = verifyLink(await ports.linkKeys(), 'plot', token);
    const link = target?.item && readPlotLink(target.item);
    const subscriber = link && (await ports.subscribers.get(target.subscriber));
    if (!link || !subscriber)
      throw new Problem(404, 'This link does not work', 'Open it from a mail that is not older than 30 days.');
    if (link.until < newYorkDate(ports.now()))
      throw new Problem(410, 'This link has run out', `It worked up to ${link.until}. Open it from a newer mail.`);
    return { link, team: subscriber.address.slice(0, subscriber.address.lastIndexOf('@')) };
  };

  const plotted = ({ tickers, asOf }: PlotLink): Promise<Plotted[]> =>
    Promise.all(
      tickers.map(async (asked) => {
        const { current } = await readTicker(ports.prices, asked, '0');
        const { observations, ticker, company = '' } = folded(asked, current, asOf);
        const series = seriesOf(ticker, observations, settings.suspectMove);
        return series ? [{ ticker, company, series }] : [];
      }),
    ).then((all) => all.flat());

  app.get('/plot', async (context) => {
    const { link } = await linkOf(context);
    const found = await plotted(link);
    const most = Math.floor(MAX_ROWS / Math.max(1, found.length));
    const plots = found.map(({ ticker, company, series }) => ({ ticker, company, rows: rowsOf(series).slice(-most) }));
    if (plots.length === 0) throw new Problem(404, 'No prices', 'These tickers have no prices any more.');
    const name = plots.length === 1 ? `${plots[0]?.ticker}_plot` : 'plot';
    context.header('content-security-policy', plotPolicy(ports.plotScripts));
    context.header('content-disposition', `inline; filename="${fileName(name)}.html"`);
    context.header('referrer-policy', 'no-referrer');
    return context.html(plotPage(plots, link.asOf, ports.plotScripts));
  });

  app.get('/plot.csv', async (context) => {
    const { link, team } = await linkOf(context);
    const rows = (await plotted(link)).flatMap(({ ticker, series }) => {
      const from = windowStart(series.last.date, link.window);
      return rowsOf(series)
        .filter(([date]) => date >= from)
        .map(([date, close, volume = '', suspect]) => [ticker, date, close, volume, suspect ? 'suspect' : '']);
    });
    const records = [['ticker', 'date', 'close', 'volume', 'note'], ...rows];
    const name = [team, ...link.tickers].join('_');
    context.header('content-disposition', `attachment; filename="${fileName(name)}.csv"`);
    context.header('referrer-policy', 'no-referrer');
    return context.body(records.map((record) => `${csvRecord(record)}\r\n`).join(''), 200, {
      'content-type': 'text/csv; charset=utf-8',
    });
  });
}

/** The closes on today's scale, as in the mail. */
const rowsOf = ({ adjusted, suspects }: Series): PlotRow[] =>
  adjusted.map(({ date, close, volume = '' }) =>
    suspects.has(date) ? [date, close, volume, 1] : [date, close, volume],
  );

const fileName = (name: string): string => name.replace(/[^\w.-]/g, '_').slice(0, 100);
