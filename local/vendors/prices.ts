import { addDays } from '../../lambdas/contracts/dates.ts';
import { adjustedBars, articlesOf, barsOf, instantOf, openOf } from './market.ts';
import { json, type Vendor } from './vendor.ts';

/** Smaller than a real page, so that a month has several. */
const PAGE = 15;
const BEGINNING = '1990-01-01';
const isoOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Paging by `next_url`, a missing `results`, a 401, and numbers with an exponent. */
export const polygon: Vendor = ({ path, query, headers, host }, world) => {
  if (!headers['authorization']?.startsWith('Bearer ')) return json({ status: 'ERROR', error: 'Unknown API Key' }, 401);
  if (path === '/v3/reference/splits') {
    const [from = '', to = ''] = [query.get('execution_date.gte'), query.get('execution_date.lte')].map(String);
    const results = [...world.splits]
      .filter(([, { date }]) => date >= from && date <= to)
      .map(([ticker, { date, ratio }]) => ({ ticker, execution_date: date, split_from: 1, split_to: ratio }));
    return json({ status: 'OK', results });
  }
  if (path === '/v2/reference/news') {
    const ticker = query.get('ticker') ?? '';
    const results = articlesOf(ticker, isoOf(world.now())).map(({ id, headline, summary, at }) => ({
      id: String(id),
      title: headline,
      description: summary,
      article_url: `https://news.example/${id}`,
      published_utc: new Date(at).toISOString(),
      tickers: [ticker],
      publisher: { name: 'Example Wire' },
    }));
    return json({ status: 'OK', results });
  }
  const [, ticker, from, to] = /^\/v2\/aggs\/ticker\/([^/]+)\/range\/1\/day\/([\d-]+)\/([\d-]+)$/.exec(path) ?? [];
  if (!ticker || !from || !to) return undefined;
  const bars = world.unknown.has(ticker) ? [] : barsOf(ticker, from, to, world);
  const start = Number(query.get('cursor') ?? 0);
  const page = bars.slice(start, start + PAGE);
  const results = page.map(({ date, open, high, low, close, volume }) => ({
    v: Number(volume),
    o: open,
    c: close,
    h: high,
    l: low,
    t: instantOf(ticker, date, '00:00'),
  }));
  const next = start + PAGE < bars.length;
  const body = JSON.stringify({
    ticker,
    status: 'DELAYED',
    adjusted: false,
    resultsCount: page.length,
    ...(page.length > 0 && { results }),
    ...(next && { next_url: `https://${host}${path}?cursor=${start + PAGE}` }),
  });
  // As Polygon writes volumes: 5.1234e+06.
  return { status: 200, body: body.replace(/"v":(\d)(\d{6})\b/g, '"v":$1.$2e+06') };
};

const float32 = (value: number): number => Math.fround(value);

/** Split-adjusted floats of 32 bits, a row of nulls, splits among the events, and 404 in JSON. */
export const yahoo: Vendor = ({ path, query }, world) => {
  const [, named] = /^\/v8\/finance\/chart\/([^/]+)$/.exec(path) ?? [];
  if (!named) return undefined;
  const ticker = decodeURIComponent(named);
  if (world.unknown.has(ticker))
    return json(
      { chart: { result: null, error: { code: 'Not Found', description: 'No data found, symbol may be delisted' } } },
      404,
    );
  const seconds = (name: string, missing: number) => Number(query.get(name) ?? missing) * 1000;
  const today = isoOf(world.now());
  const from = query.has('period1') ? isoOf(seconds('period1', 0)) : addDays(today, -7);
  const to = isoOf(Math.min(world.now(), seconds('period2', world.now() / 1000)));
  const bars = adjustedBars(ticker, from, to, world);
  const last = bars.at(-1);
  const split = world.splits.get(ticker);
  const times = bars.map(({ date }) => openOf(ticker, date) / 1000);
  const column = (pick: (bar: (typeof bars)[number]) => number) => [null, ...bars.map((bar) => pick(bar))];
  const quote = {
    open: column(({ open }) => float32(open)),
    high: column(({ high }) => float32(high)),
    low: column(({ low }) => float32(low)),
    close: column(({ close }) => float32(close)),
    volume: column(({ volume }) => volume),
  };
  const result = {
    meta: {
      symbol: ticker,
      regularMarketPrice: last?.close,
      regularMarketTime: last && openOf(ticker, last.date) / 1000,
      fiftyTwoWeekHigh: last && float32(last.high * 1.3),
      fiftyTwoWeekLow: last && float32(last.low * 0.7),
    },
    // Nothing was traded on the day before.
    ...(bars.length > 0 && { timestamp: [(times[0] ?? 0) - 86_400, ...times] }),
    ...(split && {
      events: { splits: { 1: { date: openOf(ticker, split.date) / 1000, numerator: split.ratio, denominator: 1 } } },
    }),
    indicators: { quote: bars.length > 0 ? [quote] : [{}] },
  };
  return json({ chart: { result: [result], error: null } });
};

function statementsOf(symbol: string, date: string): object[] {
  return [
    {
      date,
      symbol,
      reportedCurrency: 'USD',
      fiscalYear: date.slice(0, 4),
      period: 'FY',
      revenue: 391035000000,
      netIncome: -93736000000,
      eps: 6.11,
    },
  ];
}

/** Bare arrays, the newest first, and `[]` for an unknown symbol. */
export const fmp: Vendor = ({ path, query }, world) => {
  if (!query.get('apikey'))
    return json({ 'Error Message': 'Invalid API KEY. Feel free to create a Free API Key.' }, 401);
  const symbol = query.get('symbol') ?? '';
  if (world.unknown.has(symbol)) return json([]);
  if (path === '/stable/historical-price-eod/full') {
    const bars = adjustedBars(symbol, query.get('from') ?? BEGINNING, query.get('to') ?? isoOf(world.now()), world);
    return json(bars.map((bar) => ({ symbol, ...bar, vwap: bar.close })).reverse());
  }
  if (path === '/stable/splits') {
    const split = world.splits.get(symbol);
    return json(split ? [{ symbol, date: split.date, numerator: split.ratio, denominator: 1 }] : []);
  }
  if (path === '/stable/quote') {
    const [bar] = barsOf(symbol, addDays(isoOf(world.now()), -7), isoOf(world.now()), world).slice(-1);
    if (!bar) return json([]);
    const { close, open, high, low, volume, date } = bar;
    return json([
      {
        symbol,
        price: close,
        open,
        dayHigh: high,
        dayLow: low,
        volume,
        marketCap: Math.round(close * 1e9),
        timestamp: openOf(symbol, date) / 1000,
      },
    ]);
  }
  if (/^\/stable\/(?:income|balance-sheet|cash-flow)-statement$/.test(path))
    return json(statementsOf(symbol, '2024-09-28'));
  return undefined;
};

/** Texts, and every error with the status 200. */
export const alphaVantage: Vendor = ({ query }, world) => {
  const symbol = query.get('symbol') ?? '';
  if (!query.get('apikey')) return json({ 'Error Message': 'the parameter apikey is invalid or missing.' });
  if (world.unknown.has(symbol))
    return json({ 'Error Message': 'Invalid API call. Please retry or visit the documentation.' });
  if (query.get('function') !== 'TIME_SERIES_DAILY') return json({ Information: 'This is a premium endpoint.' });
  const today = isoOf(world.now());
  const bars = barsOf(symbol, addDays(today, query.get('outputsize') === 'full' ? -1_000 : -140), today, world);
  const series = bars.reverse().map(({ date, open, high, low, close, volume }) => [
    date,
    {
      '1. open': open.toFixed(4),
      '2. high': high.toFixed(4),
      '3. low': low.toFixed(4),
      '4. close': close.toFixed(4),
      '5. volume': String(volume),
    },
  ]);
  return json({ 'Meta Data': { '2. Symbol': symbol }, 'Time Series (Daily)': Object.fromEntries(series) });
};

/** CSV with names in angle brackets, and a text for an unknown symbol. */
export const stooq: Vendor = ({ path, query }, world) => {
  const [, name] = /^([a-z-]+)\.us$/.exec(query.get('s') ?? '') ?? [];
  if (path !== '/q/d/l/' || !name) return undefined;
  const ticker = name.toUpperCase().replace('-', '.');
  if (world.unknown.has(ticker)) return { status: 200, body: 'No data' };
  const iso = (text: string) => text.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  const bars = adjustedBars(ticker, iso(query.get('d1') ?? ''), iso(query.get('d2') ?? ''), world);
  const lines = bars.map(
    ({ date, open, high, low, close, volume }) =>
      `${name.toUpperCase()}.US,D,${date.replaceAll('-', '')},000000,${open},${high},${low},${close},${volume},0`,
  );
  const header = '<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>';
  return { status: 200, body: [header, ...lines].join('\r\n') };
};
