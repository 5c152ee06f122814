import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROVIDER } from '../../lambdas/adapters/providers/providers.ts';
import { planOf } from '../../lambdas/collect/plan-run.ts';
import {
  type Collected,
  collectRequest,
  factsOf,
  PROVIDER_NAMES,
  type ProviderName,
} from '../../lambdas/contracts/collect.ts';
import { calendarAt } from '../../lambdas/domain/collect/market-calendar.ts';
import type { ApiRequest, Endpoint } from '../../lambdas/domain/collect/provider.ts';
import { CollectWorld, FRIDAY, KEY } from '../support/collect-world.ts';
import type { Fixture } from './fixtures/fixture.ts';
import { alphaVantage, fmp, polygon, stooq, yahoo } from './fixtures/prices.ts';
import { federalReserve, finnhub, fred, newsapi, nyFed, treasury, worldBank } from './fixtures/records.ts';

const FIXTURES: Record<ProviderName, Fixture[]> = {
  polygon,
  fmp,
  yahoo,
  'alpha-vantage': alphaVantage,
  stooq,
  finnhub,
  newsapi,
  fred,
  'world-bank': worldBank,
  treasury,
  'ny-fed': nyFed,
  'federal-reserve': federalReserve,
};
const TICKERS: Collected[] = ['prices', 'quotes', 'fundamentals', 'news'];
const context = { now: FRIDAY, calendar: calendarAt(FRIDAY) };

const endpointOf = (name: ProviderName, dataset: Collected): Endpoint<unknown> => {
  const endpoint = PROVIDER[name].endpoints[dataset];
  if (!endpoint) throw new Error(`Expected ${dataset} of ${name}.`);
  return endpoint as Endpoint<unknown>;
};

const runOf = (provider: ProviderName, dataset: Collected) => ({
  provider,
  dataset,
  subjects: TICKERS.includes(dataset) ? ['AAPL', 'MSFT'] : [],
});

describe.each(PROVIDER_NAMES)('%s', (name) => {
  const datasets = Object.keys(PROVIDER[name].endpoints) as Collected[];

  test.each(FIXTURES[name].map((one) => [one.what, one] as const))('reads %s', (_what, fixture) => {
    const { dataset, body, status = 200, kind, subject = 'AAPL' } = fixture;
    const endpoint = endpointOf(name, dataset);
    const request: ApiRequest = {
      url: `https://${PROVIDER[name].hosts[0]}/x?page[number]=1&page=1`,
      subject,
      from: '2025-02-28',
      to: '2025-03-07',
      ...(kind && { kind }),
    };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const page = endpoint.read({ status, body: text }, request);
    if ('fault' in fixture) {
      const { fault, retryAfterMs } = fixture;
      expect(page).toMatchObject({ fault, ...(retryAfterMs !== undefined && { retryAfterMs }) });
      return;
    }
    if ('fault' in page) throw new Error(`Expected a page, found ${page.fault}: ${page.message}`);
    const rows = page.rows.map((row) => {
      const one = endpoint.normalise(row, request, context);
      return one && ('record' in one ? one.record : one.rejected);
    });
    expect(rows).toEqual(fixture.rows);
    expect(page.flags ?? []).toEqual(fixture.flags ?? []);
    if (fixture.next === undefined) expect(page.next).toBeUndefined();
    else expect(page.next).toContain(fixture.next);
  });

  test.each(datasets)('asks only its own hosts for %s, without a key', (dataset) => {
    const request = collectRequest.parse({ ...runOf(name, dataset), at: new Date(FRIDAY).toISOString() });
    const { requests } = planOf(request);
    expect(requests.length).toBeGreaterThan(0);
    for (const { url } of requests) {
      expect(PROVIDER[name].hosts).toContain(new URL(url).host);
      expect(new URL(url).protocol).toBe('https:');
      expect(url).not.toMatch(/key|token/i);
    }
  });

  test('has the datasets that the contract names', () => {
    expect(datasets.sort()).toEqual([...factsOf(name).datasets].sort());
  });

  const { prices } = PROVIDER[name].endpoints;
  (prices ? test : test.skip)('plans no prices for holidays and weekends', () => {
    const query = { subjects: ['AAPL', 'TCS.NS'], from: '2025-07-04', to: '2025-07-06' };
    const asked = prices?.plan(query, context).map(({ subject }) => subject) ?? [];
    // At NSE 4 July was a session; not every provider has it.
    expect([[], ['TCS.NS'], ['TCS.NS', ''], ['TCS.NS', 'TCS.NS']]).toContainEqual(asked);
  });

  test.each(datasets)(
    'the same answers of %s make the same bytes, and nothing that is kept has the key',
    async (dataset) => {
      const [one, other] = [new CollectWorld(), new CollectWorld()];
      const at = new Date(FRIDAY).toISOString();
      for (const world of [one, other]) {
        world.fault = ({ query, headers }) => {
          const given = [...query.values(), ...Object.values(headers)].some((value) => value?.includes(KEY));
          return PROVIDER[name].auth && !given ? { status: 401, body: 'no key' } : undefined;
        };
      }
      const request = { ...runOf(name, dataset), at };
      const record = await one.run(request);
      await other.run(request);
      await other.run({ ...request, at: new Date(FRIDAY + 60_000).toISOString() });
      const isFree = name === 'alpha-vantage' && dataset !== 'prices';
      expect([record.state, record.rejected, record.files.length]).toEqual([
        isFree ? 'failed' : 'success',
        0,
        isFree ? 0 : 1,
      ]);
      expect([...other.world.objects]).toEqual([...one.world.objects]);
      expect(other.events).toHaveLength(one.events.length);
      const stored = [...one.world.records.values(), ...[...one.world.objects.values()].map(({ content }) => content)];
      for (const content of stored) expect(content.toString('latin1' as never)).not.toContain(KEY);
      expect(JSON.stringify([...one.runs.records.values()])).not.toContain(KEY);
    },
  );
});

const SHARED = join(import.meta.dirname, '../../../shared/api-samples');
/** Real answers: file, dataset, kind of the request, status, and how many rows or which fault. */
const REAL: [
  file: string,
  provider: ProviderName,
  dataset: Collected,
  status: number,
  expected: number | string,
  kind?: string,
][] = [
  ['polygon/aggs-AAPL-1day-2023-01.json', 'polygon', 'prices', 200, 6],
  ['polygon/aggs-AAPL-1day-2005-04.json', 'polygon', 'prices', 200, 2],
  ['polygon/aggs-empty.json', 'polygon', 'prices', 200, 0],
  ['polygon/splits.json', 'polygon', 'prices', 200, 10, 'splits'],
  ['polygon/news-NFLX.json', 'polygon', 'news', 200, 1],
  ['polygon/error-429.json', 'polygon', 'prices', 429, 'retry'],
  ['polygon/error-401.json', 'polygon', 'prices', 401, 'auth'],
  ['polygon/error-403-timeframe.json', 'polygon', 'prices', 403, 'plan'],
  ['fmp/eod-AAPL-2023-01.json', 'fmp', 'prices', 200, 6],
  ['fmp/quote-AAPL.json', 'fmp', 'quotes', 200, 1],
  ['fmp/income-statement-AAPL.json', 'fmp', 'fundamentals', 200, 31, 'income-statement'],
  ['fmp/error-limit-reach.json', 'fmp', 'quotes', 429, 'quota'],
  ['fmp/error-limit-reach.json', 'fmp', 'quotes', 200, 'quota'],
  ['fmp/error-invalid-key.json', 'fmp', 'quotes', 401, 'auth'],
  ['yahoo/chart-AAPL-2020-08-31-to-2020-11-07.json', 'yahoo', 'prices', 200, 49],
  ['yahoo/chart-AAPL-holiday-window.json', 'yahoo', 'prices', 200, 1],
  ['yahoo/chart-AAPL-weekend-no-timestamp.json', 'yahoo', 'prices', 200, 0],
  ['yahoo/chart-notimestamp-but-quote.fake.json', 'yahoo', 'prices', 200, 'shape'],
  ['yahoo/chart-nulls-and-live-bar.json', 'yahoo', 'prices', 200, 8],
  ['yahoo/error-404-delisted.json', 'yahoo', 'prices', 404, 'not-found'],
  ['yahoo/error-307-consent-redirect.txt', 'yahoo', 'prices', 307, 'retry'],
  ['yahoo/error-429.txt', 'yahoo', 'prices', 429, 'retry'],
  ['alphavantage/daily-MSFT.json', 'alpha-vantage', 'prices', 200, 1],
  ['alphavantage/limit-daily-200.json', 'alpha-vantage', 'prices', 200, 'quota'],
  ['alphavantage/limit-burst-200.json', 'alpha-vantage', 'prices', 200, 'retry'],
  ['alphavantage/premium-200.json', 'alpha-vantage', 'prices', 200, 'plan'],
  ['alphavantage/error-invalid-call-200.json', 'alpha-vantage', 'prices', 200, 'not-found'],
  ['alphavantage/nonfarm-payroll.json', 'alpha-vantage', 'macro', 200, 1],
  ['alphavantage/cash-flow-IBM.json', 'alpha-vantage', 'fundamentals', 200, 40, 'CASH_FLOW'],
  ['finnhub/quote-ok.json', 'finnhub', 'quotes', 200, 1],
  ['finnhub/quote-unknown-symbol-200.json', 'finnhub', 'quotes', 200, 'not-found'],
  ['finnhub/news.json', 'finnhub', 'news', 200, 3],
  ['finnhub/metric-AAPL-trimmed.json', 'finnhub', 'fundamentals', 200, 16],
  ['finnhub/error-429.json', 'finnhub', 'quotes', 429, 'retry'],
  ['finnhub/error-403.json', 'finnhub', 'quotes', 403, 'plan'],
  ['finnhub/error-401.json', 'finnhub', 'quotes', 401, 'auth'],
  ['fred/observations-GDP-trimmed.json', 'fred', 'macro', 200, 12],
  ['fred/releases-dates-trimmed.json', 'fred', 'policy', 200, 20],
  ['fred/error-400-key.json', 'fred', 'macro', 400, 'auth'],
  ['fred/error-400-series.json', 'fred', 'macro', 400, 'not-found'],
  ['worldbank/gdp-MX-XC.json', 'world-bank', 'macro', 200, 3],
  ['worldbank/error-invalid-200.json', 'world-bank', 'macro', 200, 'not-found'],
  ['worldbank/no-data-200.json', 'world-bank', 'macro', 200, 0],
  ['worldbank/error-400-html.txt', 'world-bank', 'macro', 400, 'retry'],
  ['newsapi/everything-ok.json', 'newsapi', 'news', 200, 2],
  ['newsapi/error-429.json', 'newsapi', 'news', 429, 'quota'],
  ['newsapi/error-426-too-far-back.json', 'newsapi', 'news', 426, 'plan'],
  ['newsapi/error-401.json', 'newsapi', 'news', 401, 'auth'],
  ['treasury/fiscaldata-debt-to-penny.json', 'treasury', 'macro', 200, 2, 'debt'],
  ['treasury/par-yield-2010-trimmed.xml', 'treasury', 'macro', 200, 33],
  ['treasury/par-yield-2026-trimmed.xml', 'treasury', 'macro', 200, 14],
  ['fed/press_monetary.xml', 'federal-reserve', 'policy', 200, 2, 'press'],
  ['fed/fomccalendars-trimmed.html', 'federal-reserve', 'policy', 200, 3, 'fomc'],
  ['fed/nyfed-effr-trimmed.json', 'ny-fed', 'macro', 200, 12],
];

const hasSamples = existsSync(SHARED);
if (!hasSamples) console.log('skipped: real answers of APIs, since ../shared/api-samples is absent');
(hasSamples ? test.each(REAL) : test.skip.each(REAL))(
  '%s of %s',
  (file, name, dataset, status, expected, kind = '') => {
    const endpoint = endpointOf(name, dataset);
    const request: ApiRequest = {
      url: `https://${PROVIDER[name].hosts[0]}/x?page=1&page[number]=1`,
      subject: 'AAPL',
      from: '2000-01-01',
      to: '2027-12-31',
      ...(kind && { kind }),
    };
    const page = endpoint.read({ status, body: readFileSync(join(SHARED, file), 'utf8') }, request);
    if ('fault' in page) {
      expect(page.fault).toBe(expected);
      return;
    }
    const read = page.rows.map((row) => endpoint.normalise(row, request, context));
    expect(read.filter((one) => one && 'rejected' in one)).toEqual([]);
    const records = read.flatMap((one) => (one && 'record' in one ? [one.record] : []));
    const bars = records.filter((one) => (one as { part?: string }).part !== 'split' || kind === 'splits');
    expect(bars).toHaveLength(Number(expected));
  },
);

(hasSamples ? test : test.skip)('the same days of AAPL have equal closes at two providers', () => {
  const closesOf = (name: ProviderName, file: string): string[] => {
    const endpoint = endpointOf(name, 'prices');
    const request = {
      url: `https://${PROVIDER[name].hosts[0]}/x`,
      subject: 'AAPL',
      from: '2023-01-01',
      to: '2023-01-10',
    };
    const page = endpoint.read({ status: 200, body: readFileSync(join(SHARED, file), 'utf8') }, request);
    if ('fault' in page) throw new Error(page.message);
    return page.rows
      .flatMap((row) => {
        const one = endpoint.normalise(row, request, context);
        if (!one || 'rejected' in one) return [];
        const { date, close } = one.record as { date: string; close: string };
        return [`${date} ${close}`];
      })
      .sort();
  };
  const polygon = closesOf('polygon', 'polygon/aggs-AAPL-1day-2023-01.json');
  expect(polygon).toHaveLength(6);
  expect(closesOf('fmp', 'fmp/eod-AAPL-2023-01.json')).toEqual(polygon);
});
