import * as z from 'zod';
import { fundamentals as fundamentalsTable } from '../../../datasets/fundamentals.ts';
import { news as newsTable } from '../../../datasets/news.ts';
import { quotes as quotesTable } from '../../../datasets/quotes.ts';
import {
  fault,
  instantIn,
  jsonIn,
  oddShape,
  priceIn,
  scaledDecimal,
  signedDecimalIn,
  statusFault,
} from '../../domain/collect/answers.ts';
import { newsValues } from '../../domain/collect/news-values.ts';
import type { ApiResponse, Endpoint, Fault, FlatRecord, Provider } from '../../domain/collect/provider.ts';
import { recordsOf } from '../../domain/records/provider-records.ts';

const HOST = 'finnhub.io';
const address = (path: string, query: Record<string, string>) =>
  `https://${HOST}/api/v1/${path}?${new URLSearchParams(query)}`;
/** A 429 has no Retry-After; the limit counts by minute. */
const MINUTE_LIMIT_MS = 15_000;

const error = z.object({ error: z.string() });

/** The JSON of an answer, or the fault that it is. */
function answerOf(response: ApiResponse): { json: unknown } | Fault {
  const json = jsonIn(response.body);
  const said = error.safeParse(json).data?.error ?? response.body;
  if (response.status === 403) return fault('plan', said);
  if (response.status === 429) return fault('retry', said, response.retryAfterMs ?? MINUTE_LIMIT_MS);
  const failed = statusFault({ ...response, body: said });
  if (failed) return failed;
  return typeof json === 'object' && json !== null ? { json } : oddShape(response.body);
}

const quote = z.object({ c: z.string(), h: z.string(), l: z.string(), o: z.string(), t: z.string() });
const metrics = z.object({ metric: z.record(z.string(), z.string().nullable()) });
const quoteRecords = recordsOf(quotesTable, 'finnhub');

/** A quote with what the metrics have beside it. */
const quoteWithMetrics = quote.extend({ metric: z.record(z.string(), z.string().nullable()).optional() });

const quotes: Endpoint<FlatRecord> = {
  daysBack: 0,
  plan: ({ subjects, from, to }) =>
    subjects.flatMap((subject) => [
      { url: address('quote', { symbol: subject }), subject, from, to },
      { url: address('stock/metric', { symbol: subject, metric: 'all' }), subject, from, to, kind: 'metric' },
    ]),
  read(response, { kind }) {
    const answer = answerOf(response);
    if ('fault' in answer) return answer;
    if (kind === 'metric') {
      const { success, data } = metrics.safeParse(answer.json);
      return success ? { rows: [{ metric: data.metric }] } : oddShape(response.body);
    }
    const { success, data } = quote.safeParse(answer.json);
    if (!success) return oddShape(response.body);
    // An unknown symbol has zeros everywhere.
    return data.t === '0' ? fault('not-found', 'a quote of zeros: the symbol is not known') : { rows: [data] };
  },
  combine: (rows) => {
    const all = Object.assign({}, ...rows) as object;
    return 'c' in all ? [all] : [];
  },
  normalise(row, { subject }) {
    const { success, data } = quoteWithMetrics.safeParse(row);
    if (!success) return { rejected: 'a quote of another shape' };
    const { c, h, l, o, t, metric: named = {} } = data;
    const [price, high, low, open] = [priceIn(c), priceIn(h), priceIn(l), priceIn(o)];
    const value = (name: string, places = 0) => {
      const found = signedDecimalIn(named[name]);
      return found === undefined ? null : scaledDecimal(found, places);
    };
    return quoteRecords.one({
      ticker: subject,
      at: instantIn(t),
      price,
      high,
      low,
      open,
      market_cap: value('marketCapitalization', 6),
      pe: value('peTTM') ?? value('peInclExtraTTM'),
      dividend_yield: value('currentDividendYieldTTM', -2),
      high_52w: value('52WeekHigh'),
      low_52w: value('52WeekLow'),
    });
  },
  key: quoteRecords.key,
};

const article = z.object({
  id: z.string(),
  datetime: z.string(),
  headline: z.string(),
  summary: z.string().nullish(),
  source: z.string().nullish(),
  url: z.string().nullish(),
});
const newsRecords = recordsOf(newsTable, 'finnhub');

const news: Endpoint<FlatRecord> = {
  daysBack: 1,
  plan: ({ subjects, from, to }) =>
    subjects.map((subject) => ({ url: address('company-news', { symbol: subject, from, to }), subject, from, to })),
  read(response) {
    const answer = answerOf(response);
    if ('fault' in answer) return answer;
    return Array.isArray(answer.json) ? { rows: answer.json } : oddShape(response.body);
  },
  normalise(row, { subject }) {
    const { success, data } = article.safeParse(row);
    if (!success) return { rejected: 'an article of another shape' };
    return newsRecords.one(newsValues({ ...data, ticker: subject, published: instantIn(data.datetime) ?? '' }));
  },
  key: newsRecords.key,
};

const metric = z.object({ name: z.string(), value: z.string() });
const fundamentalRecords = recordsOf(fundamentalsTable, 'finnhub');
/** Powers of ten that make units of millions, and fractions of per cent, by the name of the metric. */
const UNITS: [RegExp, number][] = [
  [/^(?:marketCapitalization|enterpriseValue|\d+(?:Day|Month)AverageTradingVolume)$|employee/i, 6],
  [/yield|margin|growth|cagr|return|pricerelative|^ro[aei]|payout/i, -2],
];

const periodOf = (name: string): string => {
  if (/quarterly$/i.test(name)) return 'quarter';
  return /annual$/i.test(name) ? 'FY' : 'TTM';
};

const fundamentals: Endpoint<FlatRecord> = {
  daysBack: 0,
  plan: ({ subjects, from, to }) =>
    subjects.map((subject) => ({
      url: address('stock/metric', { symbol: subject, metric: 'all' }),
      subject,
      from,
      to,
    })),
  read(response) {
    const answer = answerOf(response);
    if ('fault' in answer) return answer;
    const { success, data } = metrics.safeParse(answer.json);
    if (!success) return oddShape(response.body);
    const rows = Object.entries(data.metric).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
    return rows.length === 0 ? fault('not-found', 'no metrics: the symbol is not known') : { rows };
  },
  normalise(row, { subject, to }) {
    const { success, data } = metric.safeParse(row);
    if (!success) return { rejected: 'a metric of another shape' };
    const value = signedDecimalIn(data.value);
    // A date, like that of the highest price.
    if (value === undefined) return undefined;
    const [, places = 0] = UNITS.find(([name]) => name.test(data.name)) ?? [];
    return fundamentalRecords.one({
      ticker: subject,
      statement: 'metric',
      date: to,
      period: periodOf(data.name),
      item: data.name,
      value: scaledDecimal(value, places),
    });
  },
  key: fundamentalRecords.key,
};

export const finnhub: Provider = {
  name: 'finnhub',
  hosts: [HOST],
  auth: { header: 'x-finnhub-token' },
  endpoints: { quotes, news, fundamentals },
};
