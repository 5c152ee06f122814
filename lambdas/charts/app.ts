import { hash } from 'node:crypto';
import type { Hono } from 'hono';
import { chartQuery } from '../contracts/api/tickers.ts';
import { alertMarks, NO_MARKS } from '../domain/alerts/alert-marks.ts';
import { AlertInputs } from '../domain/alerts/inputs.ts';
import { chartModel } from '../domain/chart/chart-model.ts';
import { folded } from '../domain/prices/fold.ts';
import { seriesOf } from '../domain/prices/series.ts';
import { readTicker } from '../pricing/read-ticker.ts';
import { callerOf, type Http } from '../runtime/http/caller.ts';
import { gatewayApp } from '../runtime/http/gateway.ts';
import { knownTickers } from '../runtime/http/known-tickers.ts';
import { Problem, parse } from '../runtime/http/problem.ts';
import { plotRoutes } from './plots/plots.ts';
import type { ChartsPorts, ChartsSettings } from './ports.ts';
import { sendPreview, showPreview } from './preview.ts';

/** Observations that the ETag covers: enough for the longest chart and for the averages at its start. */
const CHART_OBSERVATIONS = 500;

/** A preview loads nothing and runs no script. */
const PREVIEW_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";

/** The routes of the API that draw charts. */
export function chartsApp(ports: ChartsPorts, settings: ChartsSettings): Hono<Http> {
  const app = gatewayApp(ports.unexpected);
  const known = knownTickers(ports.tickers, ports.now);
  app.get('/tickers/:ticker/chart.png', async (context) => {
    const { window, theme } = parse(chartQuery, context.req.query(), 'query');
    const ticker = await known.find(context.req.param('ticker'));
    const { current } = await readTicker(ports.prices, ticker, '0');
    const { observations, ticker: name, company, identity } = folded(ticker, current);
    const series = seriesOf(name, observations, settings.suspectMove);
    if (!series) throw new Problem(404, 'No prices', 'This ticker has no current prices. GET /tickers finds others.');
    const own = await ports.subscribers.get(callerOf(context).subscriber);
    const names = new Set(identity.names.map((one) => one.name));
    const marks = own ? alertMarks(own, names, new AlertInputs(series)) : NO_MARKS;
    // The ETag covers everything the chart displays.
    const content = [
      window,
      theme,
      name,
      company,
      series.observations.slice(-CHART_OBSERVATIONS),
      [...series.suspects],
      marks,
    ];
    const etag = `"${hash('sha256', JSON.stringify(content), 'base64url').slice(0, 22)}"`;
    const headers = { etag, 'cache-control': 'private, no-cache', vary: 'authorization' };
    if (context.req.header('if-none-match') === etag) return context.body(null, 304, headers);
    const png = await ports.renderChart(chartModel(series, window, theme, { marks, company }), 'alone');
    return context.body(Uint8Array.from(png), 200, { ...headers, 'content-type': 'image/png' });
  });
  plotRoutes(app, ports, settings);
  app.get('/me/preview', async (context) => {
    const html = await showPreview(ports, settings, callerOf(context).subscriber);
    context.header('content-security-policy', PREVIEW_POLICY);
    context.header('cache-control', 'no-store');
    return context.html(html);
  });
  app.post('/me/preview', async (context) => {
    await sendPreview(ports, settings, callerOf(context).subscriber);
    return context.body(null, 204);
  });
  return app;
}
