import { addDays } from '../../lambdas/contracts/dates.ts';
import { articlesOf, barsOf, openOf } from './market.ts';
import { json, type Vendor } from './vendor.ts';

const isoOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Zeros for an unknown symbol, market capitalization in millions, and a yield in per cent. */
export const finnhub: Vendor = ({ path, query, headers }, world) => {
  if (!headers['x-finnhub-token']) return json({ error: 'Invalid API key.' }, 401);
  const symbol = query.get('symbol') ?? '';
  const today = isoOf(world.now());
  if (path === '/api/v1/quote') {
    const [bar] = world.unknown.has(symbol) ? [] : barsOf(symbol, addDays(today, -7), today, world).slice(-1);
    if (!bar) return json({ c: 0, d: null, dp: null, h: 0, l: 0, o: 0, pc: 0, t: 0 });
    return json({ c: bar.close, h: bar.high, l: bar.low, o: bar.open, t: openOf(symbol, bar.date) / 1000 });
  }
  if (path === '/api/v1/company-news') {
    return json(
      articlesOf(symbol, today).map(({ id, headline, summary, at }) => ({
        id,
        datetime: at / 1000,
        headline,
        summary,
        source: 'Example Wire',
        related: symbol,
        url: `https://news.example/${id}`,
      })),
    );
  }
  if (path === '/api/v1/stock/metric')
    return json({
      metric: { marketCapitalization: 2034885, currentDividendYieldTTM: 0.67, peInclExtraTTM: 32.77, beta: null },
    });
  return undefined;
};

/** A tombstone among the articles. */
export const newsapi: Vendor = ({ path, query, headers }, world) => {
  if (path !== '/v2/everything') return undefined;
  if (!headers['x-api-key'])
    return json({ status: 'error', code: 'apiKeyMissing', message: 'Your API key is missing.' }, 401);
  const ticker = (query.get('q') ?? '').replaceAll('"', '');
  const articles = articlesOf(ticker, isoOf(world.now())).map(({ id, headline, summary, at }) => ({
    source: { name: 'Example Wire' },
    title: headline,
    description: `<p>${summary}</p>`,
    url: `https://news.example/${id}`,
    publishedAt: new Date(at).toISOString(),
  }));
  const removed = {
    source: { name: null },
    title: '[Removed]',
    description: null,
    url: 'https://removed.example',
    publishedAt: '2024-01-01T00:00:00Z',
  };
  return json({ status: 'ok', totalResults: articles.length + 1, articles: [...articles, removed] });
};

/** Monthly values as texts, `.` for a missing one, and pages by offset. */
export const fred: Vendor = ({ path, query }, world) => {
  if (!query.get('api_key'))
    return json(
      { error_code: 400, error_message: 'Bad Request.  The value for variable api_key is not registered.' },
      400,
    );
  const today = isoOf(world.now());
  const paged = (name: string, all: object[]) => {
    const [offset, limit] = [Number(query.get('offset') ?? 0), Math.min(Number(query.get('limit')), 5)];
    return json({ count: all.length, offset, limit, [name]: all.slice(offset, offset + limit) });
  };
  if (path === '/fred/series/observations') {
    const series = query.get('series_id') ?? '';
    if (world.unknown.has(series))
      return json({ error_code: 400, error_message: 'Bad Request.  The series does not exist.' }, 400);
    const months = Array.from({ length: 12 }, (_, i) => `${addDays(today, -30 * i).slice(0, 7)}-01`).reverse();
    const dates = [...new Set(months)].filter(
      (date) => date >= (query.get('observation_start') ?? '') && date <= today,
    );
    return paged(
      'observations',
      dates.map((date, i) => ({
        realtime_start: today,
        realtime_end: today,
        date,
        value: i === 0 ? '.' : (4 + i / 10).toFixed(1),
      })),
    );
  }
  if (path === '/fred/releases/dates')
    return paged('release_dates', [
      { release_id: 50, release_name: 'Employment Situation', date: addDays(today, 4) },
      { release_id: 10, release_name: 'Consumer Price Index', date: addDays(today, 9) },
    ]);
  return undefined;
};

/** `[meta, rows]`, two pages. */
export const worldBank: Vendor = ({ path, query }) => {
  const [, country, indicator] = /^\/v2\/country\/([^/]+)\/indicator\/(.+)$/.exec(path) ?? [];
  if (!country || !indicator) return undefined;
  const page = Number(query.get('page') ?? 1);
  const rows = [
    { date: String(2025 - page), value: 29184890000000 + page, country: { id: country }, indicator: { id: indicator } },
  ];
  return json([{ page, pages: 2, per_page: 1, total: 2 }, rows]);
};

/** Numbers as texts, `"null"`, pages by number; yields as XML with an empty tenor. */
export const treasury: Vendor = ({ host, path, query }, world) => {
  const today = isoOf(world.now());
  if (host === 'home.treasury.gov') {
    const tenors =
      '<d:BC_10YEAR>4.63</d:BC_10YEAR><d:BC_1_5MONTH></d:BC_1_5MONTH><d:BC_30YEARDISPLAY>0.00</d:BC_30YEARDISPLAY>';
    return {
      status: 200,
      body: `<?xml version="1.0"?><feed xmlns:d="d" xmlns:m="m"><entry><content><m:properties><d:NEW_DATE>${addDays(today, -1)}T00:00:00</d:NEW_DATE>${tenors}</m:properties></content></entry></feed>`,
    };
  }
  const page = Number(query.get('page[number]') ?? 1);
  const meta = { 'total-count': 2, 'total-pages': 2 };
  if (path.endsWith('/debt_to_penny'))
    return json({
      data: [{ record_date: addDays(today, -page), tot_pub_debt_out_amt: page === 1 ? '38968295059805.35' : 'null' }],
      meta,
    });
  if (path.endsWith('/upcoming_auctions'))
    return json({
      data: [{ security_type: 'Bill', security_term: `${4 * page}-Week`, auction_date: addDays(today, page) }],
      meta,
    });
  return undefined;
};

export const nyFed: Vendor = (_request, world) =>
  json({ refRates: [{ effectiveDate: addDays(isoOf(world.now()), -1), type: 'EFFR', percentRate: 4.33 }] });

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A feed with CDATA, and a page of meetings. */
export const federalReserve: Vendor = ({ path }, world) => {
  if (path === '/feeds/press_monetary.xml') {
    const at = new Date(world.now() - 86_400_000).toUTCString();
    const url = 'https://www.federalreserve.gov/newsevents/pressreleases/monetary20260101a.htm';
    return {
      status: 200,
      body: `\uFEFF<?xml version="1.0"?><rss version="2.0"><channel><title>FRB</title><item><title>Federal Reserve issues FOMC statement</title><link><![CDATA[${url}]]></link><pubDate><![CDATA[${at}]]></pubDate></item></channel></rss>`,
    };
  }
  if (path !== '/monetarypolicy/fomccalendars.htm') return undefined;
  const next = new Date(world.now() + 30 * 86_400_000);
  const meeting = `<div class="row fomc-meeting" "><div class="fomc-meeting__month"><strong>${MONTHS[next.getUTCMonth()]}</strong></div><div class="fomc-meeting__date">17-18*</div></div>`;
  return {
    status: 200,
    body: `<div class="panel panel-default"><div class="panel-heading"><h4><a>${next.getUTCFullYear()} FOMC Meetings</a></h4></div>${meeting}</div>`,
  };
};
