import type { Hono } from 'hono';
import { pricesQuery, tickersQuery } from '../../contracts/api/tickers.ts';
import { EXCHANGES, exchangeOf } from '../../contracts/exchange.ts';
import { CALENDARS, phaseOf } from '../../domain/calendar/sessions.ts';
import { folded } from '../../domain/prices/fold.ts';
import { seriesOf } from '../../domain/prices/series.ts';
import { type Version, versions } from '../../domain/prices/versions.ts';
import { csvRecord } from '../../domain/vendor-file/csv-record.ts';
import { readTicker } from '../../pricing/read-ticker.ts';
import type { Http } from '../../runtime/http/caller.ts';
import type { KnownTickers } from '../../runtime/http/known-tickers.ts';
import { Problem, parse } from '../../runtime/http/problem.ts';
import { lastCloses } from '../last-closes.ts';
import { movers } from '../movers.ts';
import type { ApiPorts, ApiSettings } from '../ports.ts';

/** The answer of a Lambda function has at most 6 MB. */
const MAX_ANSWER_BYTES = 5_000_000;
/** Not cached: a reader who comes from a mail must see the closes of the mail. */
const CACHE_CONTROL = 'private, no-cache';

/** Tickers and their prices. */
export function tickerRoutes(app: Hono<Http>, ports: ApiPorts, settings: ApiSettings, known: KnownTickers): void {
  const closesOf = lastCloses(ports, settings);
  const moversOf = movers(ports);

  app.get('/tickers', async (context) => {
    const { sort, search, after, limit } = parse(tickersQuery, context.req.query(), 'query');
    if (sort !== 'ticker') {
      context.header('cache-control', CACHE_CONTROL);
      return context.json({ tickers: await moversOf(sort === 'change' ? 'up' : 'down', limit) });
    }
    const found = await known.search(search);
    const from = after === undefined ? 0 : found.indexOf(after) + 1;
    const page = found.slice(from, from + limit);
    const [closes, companies] = await Promise.all([closesOf(page), known.companies()]);
    const tickers = page.map((ticker) => {
      const name = companies.get(ticker);
      return { ticker, ...(name && { name }), ...closes.get(ticker) };
    });
    const next = from + limit < found.length ? page.at(-1) : undefined;
    context.header('cache-control', CACHE_CONTROL);
    return context.json({ tickers, ...(next && { next }) });
  });

  app.get('/tickers/:ticker/prices', async (context) => {
    const query = parse(pricesQuery, context.req.query(), 'query');
    const asked = await known.find(context.req.param('ticker'));
    const { current } = await readTicker(ports.prices, asked, yearBefore(query.from));
    const { observations, ticker, company, identity } = folded(asked, current, query.asOf);
    const names = identity.names.map(({ name }) => name);
    const formerly = names.slice(0, Math.max(0, names.indexOf(ticker)));
    const inRange = ({ date }: { date: string }) =>
      !(query.from && date < query.from) && !(query.to && date > query.to);
    context.header('cache-control', CACHE_CONTROL);
    context.header('vary', 'accept');
    const isCsv = /\btext\/csv\b/.test(context.req.header('accept') ?? '');
    if (query.versions) {
      const found = versions(asked, current).filter(inRange).map(versionOf);
      return bounded(isCsv ? csv(ticker, found) : context.json({ ticker, versions: found }));
    }
    const series = seriesOf(ticker, observations, settings.suspectMove);
    const suspects = series?.suspects;
    const found = ((query.adjusted ? series?.adjusted : undefined) ?? observations)
      .filter(inRange)
      .map((o) => ({ ...o, suspect: suspects?.has(o.date) ?? false }));
    const exchange = exchangeOf(ticker);
    const { currency } = EXCHANGES[exchange];
    const named = {
      ticker,
      exchange,
      currency,
      phase: phaseOf(CALENDARS[exchange], ports.now()),
      ...(formerly.length > 0 && { formerly }),
      ...(company && { name: company }),
    };
    return bounded(isCsv ? csv(ticker, found) : context.json({ ...named, observations: found }));
  });
}

/** @throws Problem if the answer is too large for a Lambda function */
async function bounded(response: Response): Promise<Response> {
  const { byteLength } = await response.clone().arrayBuffer();
  if (byteLength > MAX_ANSWER_BYTES)
    throw new Problem(413, 'Too much', 'Expected at most 5 MB of prices. Limit the request with from and to.');
  return response;
}

/** Whether a close is suspect depends on the last trusted close before it, which may be in the year before. */
const yearBefore = (date: string | undefined): string =>
  date ? String(Number(date.slice(0, 4)) - 1).padStart(4, '0') : '0';

const versionOf = ({ close, validTo, ...version }: Version) => ({
  ...version,
  close: close ?? null,
  validTo: validTo ?? null,
});

/** Values that a spreadsheet would run as formulas are escaped: a feed's name may look like one. */
function csv(ticker: string, rows: readonly object[]): Response {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const records = [columns, ...rows.map((row) => columns.map((name) => Reflect.get(row, name)))];
  return new Response(records.map((record) => `${csvRecord(record)}\r\n`).join(''), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${ticker.replace(/[^\w.-]/g, '_')}.csv"`,
      'cache-control': CACHE_CONTROL,
      vary: 'accept',
    },
  });
}
