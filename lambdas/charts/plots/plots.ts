import type { Context, Hono } from 'hono';
import { plotQuery } from '../../contracts/api/links.ts';
import { newYorkDate } from '../../domain/calendar/new-york.ts';
import { verifyLink } from '../../domain/links/link-token.ts';
import { type PlotLink, readPlotLink } from '../../domain/links/plot-link.ts';
import type { Http } from '../../runtime/http/caller.ts';
import { Problem, parse } from '../../runtime/http/problem.ts';
import type { ChartsPorts, ChartsSettings } from '../ports.ts';
import { csvOf, plotsOf, readSeries, teamOf } from './plot-data.ts';
import { plotPage, plotPolicy } from './plot-page.ts';

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
    return { link, team: teamOf(subscriber) };
  };

  app.get('/plot', async (context) => {
    const { link } = await linkOf(context);
    const plots = plotsOf(await readSeries(ports, settings, link));
    if (plots.length === 0) throw new Problem(404, 'No prices', 'These tickers have no prices any more.');
    const name = plots.length === 1 ? `${plots[0]?.ticker}_plot` : 'plot';
    context.header('content-security-policy', plotPolicy(ports.plotScripts));
    context.header('content-disposition', `inline; filename="${fileName(name)}.html"`);
    context.header('referrer-policy', 'no-referrer');
    return context.html(plotPage(plots, link.asOf, ports.plotScripts));
  });

  app.get('/plot.csv', async (context) => {
    const { link, team } = await linkOf(context);
    const csv = csvOf(await readSeries(ports, settings, link), link.window);
    const name = [team, ...link.tickers].join('_');
    context.header('content-disposition', `attachment; filename="${fileName(name)}.csv"`);
    context.header('referrer-policy', 'no-referrer');
    return context.body(csv, 200, {
      'content-type': 'text/csv; charset=utf-8',
    });
  });
}

const fileName = (name: string): string => name.replace(/[^\w.-]/g, '_').slice(0, 100);
