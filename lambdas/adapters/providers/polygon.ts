import * as z from 'zod';
import { news as newsTable } from '../../../datasets/news.ts';
import { addDays } from '../../contracts/dates.ts';
import { fault, jsonIn, oddShape, priceRequests, statusFault } from '../../domain/collect/answers.ts';
import { barPart, partKey, splitPart } from '../../domain/collect/bar-part.ts';
import { newsValues } from '../../domain/collect/news-values.ts';
import type {
  ApiResponse,
  Endpoint,
  Fault,
  FlatRecord,
  Page,
  PricePart,
  Provider,
} from '../../domain/collect/provider.ts';
import { recordsOf } from '../../domain/records/provider-records.ts';

const HOST = 'api.massive.com';
const PAGE = 50_000;
/** A 429 has no Retry-After; the limit counts by minute. */
const MINUTE_LIMIT_MS = 15_000;

const envelope = z.object({
  status: z.string().optional(),
  results: z.array(z.unknown()).optional(),
  next_url: z.string().optional(),
  error: z.string().optional(),
  message: z.string().optional(),
});
const value = z.string().nullish();
const bar = z.object({ t: z.string(), c: value, o: value, h: value, l: value, v: value });
const split = z.object({
  ticker: z.string(),
  execution_date: z.iso.date(),
  split_from: z.string(),
  split_to: z.string(),
});
const article = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string().optional(),
  article_url: z.string(),
  published_utc: z.string(),
  tickers: z.array(z.string()).default([]),
  publisher: z.object({ name: z.string() }),
});

function read(response: ApiResponse): Page | Fault {
  const { success, data } = envelope.safeParse(jsonIn(response.body));
  const said = success ? (data.error ?? data.message ?? '') : response.body;
  // The free plan has the bar of a day some hours after its end.
  if (/before end of day/i.test(said)) return fault('retry', said);
  if (response.status === 403) return fault(/plan|entitle|upgrade/i.test(said) ? 'plan' : 'auth', said);
  if (response.status === 429)
    return fault('retry', said || 'too many requests', response.retryAfterMs ?? MINUTE_LIMIT_MS);
  const failed = statusFault({ ...response, body: said });
  if (failed) return failed;
  if (!success || !['OK', 'DELAYED'].includes(data.status ?? '')) return oddShape(response.body);
  const { results = [], next_url: next, status } = data;
  return { rows: results, ...(next && { next }), ...(status === 'DELAYED' && { flags: ['delayed'] }) };
}

const prices: Endpoint<PricePart> = {
  basis: 'raw',
  hasSplits: true,
  plan(query, context) {
    const { from, to } = query;
    const path = (ticker: string) => `/v2/aggs/ticker/${encodeURIComponent(ticker)}/range/1/day/${from}/${to}`;
    const bars = priceRequests(
      query,
      context,
      (ticker) => `https://${HOST}${path(ticker)}?adjusted=false&sort=asc&limit=${PAGE}`,
    );
    if (bars.length === 0) return [];
    const range = `execution_date.gte=${from}&execution_date.lte=${to}`;
    return [
      ...bars,
      { url: `https://${HOST}/v3/reference/splits?${range}&limit=1000`, subject: '', from, to, kind: 'splits' },
    ];
  },
  read,
  normalise(row, { subject: ticker, kind }, { calendar }) {
    if (kind === 'splits') {
      const { success, data } = split.safeParse(row);
      if (!success) return { rejected: 'a split of another shape' };
      return splitPart({ ticker: data.ticker, date: data.execution_date }, data.split_to, data.split_from);
    }
    const { success, data } = bar.safeParse(row);
    if (!success) return { rejected: 'a bar of another shape' };
    const { t, c: close, o: open, h: high, l: low, v: volume } = data;
    const at = Number(t);
    return barPart({ ticker, date: calendar.dateAt(ticker, at), at }, { close, open, high, low, volume });
  },
  key: partKey,
};

const newsRecords = recordsOf(newsTable, 'polygon');
const news: Endpoint<FlatRecord> = {
  daysBack: 1,
  plan: ({ subjects, from, to }) =>
    subjects.map((subject) => ({
      url: `https://${HOST}/v2/reference/news?ticker=${encodeURIComponent(subject)}&published_utc.gte=${from}&published_utc.lt=${addDays(to, 1)}&order=asc&limit=1000`,
      subject,
      from,
      to,
    })),
  read,
  normalise(row, { subject }) {
    const { success, data } = article.safeParse(row);
    if (!success) return { rejected: 'an article of another shape' };
    const { id, title, description, article_url: url, published_utc: published, publisher } = data;
    const values = {
      id,
      headline: title,
      summary: description,
      source: publisher.name,
      url,
      published,
      ticker: subject,
    };
    return newsRecords.one(newsValues(values));
  },
  key: newsRecords.key,
};

/** Polygon, now called Massive. */
export const polygon: Provider = {
  name: 'polygon',
  hosts: [HOST],
  auth: { header: 'authorization', prefix: 'Bearer ' },
  endpoints: { prices, news },
};
