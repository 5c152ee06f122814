import * as z from 'zod';
import { quotes as quotesTable } from '../../../datasets/quotes.ts';
import {
  fault,
  instantIn,
  jsonIn,
  oddShape,
  priceIn,
  priceRequests,
  signedDecimalIn,
  statusFault,
  withDash,
} from '../../domain/collect/answers.ts';
import { barPart, partKey, splitPart } from '../../domain/collect/bar-part.ts';
import { shortestFloat32 } from '../../domain/collect/float32.ts';
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

const HOST = 'query2.finance.yahoo.com';
const DAY_SECONDS = 86_400;
/** A message waits at most this long in its queue. */
const LATE_DAYS = 30;

/** No such symbol, or no bar in the range. */
const UNKNOWN = /not found|no data found|data doesn't exist/i;

const values = z.array(z.string().nullable()).optional();
const chart = z.object({
  chart: z.object({
    error: z.object({ code: z.string(), description: z.string() }).nullish(),
    result: z
      .array(
        z.object({
          meta: z.record(z.string(), z.unknown()),
          timestamp: z.array(z.string()).optional(),
          events: z.object({ splits: z.record(z.string(), z.unknown()).optional() }).optional(),
          indicators: z.object({
            quote: z.array(z.object({ open: values, high: values, low: values, close: values, volume: values })).min(1),
          }),
        }),
      )
      .nullish(),
  }),
});
const bar = z.object({
  t: z.string(),
  open: z.string().nullish(),
  high: z.string().nullish(),
  low: z.string().nullish(),
  close: z.string().nullish(),
  volume: z.string().nullish(),
});
const split = z.object({ date: z.string(), numerator: z.string(), denominator: z.string() });
const row = z.union([z.object({ bar }), z.object({ split })]);
const meta = z.object({
  regularMarketPrice: z.string(),
  regularMarketOpen: z.string().nullish(),
  regularMarketTime: z.string(),
  regularMarketDayHigh: z.string().optional(),
  regularMarketDayLow: z.string().optional(),
  regularMarketVolume: z.string().optional(),
  fiftyTwoWeekHigh: z.string().optional(),
  fiftyTwoWeekLow: z.string().optional(),
});

type Result = NonNullable<z.infer<typeof chart>['chart']['result']>[number];

/** The one result of an answer, or why there is none. */
function resultOf(response: ApiResponse): { result: Result } | Fault {
  const { success, data } = chart.safeParse(jsonIn(response.body));
  const error = success ? data.chart.error : undefined;
  const isBusy = response.status === 408 || response.status === 429 || response.status >= 500;
  if (error && !isBusy)
    return fault(UNKNOWN.test(`${error.code} ${error.description}`) ? 'not-found' : 'shape', error.description);
  if (response.status >= 300 && response.status < 400) return fault('retry', 'a redirect to the page of consent');
  const failed = statusFault(response);
  if (failed) return failed;
  const [result] = (success && data.chart.result) || [];
  return result ? { result } : oddShape(response.body);
}

const float32Price = (value: unknown) => (typeof value === 'string' ? priceIn(shortestFloat32(value)) : undefined);

const prices: Endpoint<PricePart> = {
  basis: 'split-adjusted',
  hasSplits: true,
  // Sessions of the last days have no close, or are missing, now and then, and come back later.
  hasGaps: true,
  isFloat32: true,
  // Past the planned instant: a run may come late, and its answer must have every split by which its closes were divided.
  plan: (query, context) =>
    priceRequests(query, context, (ticker) => {
      const [start, end] = [
        Date.parse(query.from) / 1000 - DAY_SECONDS,
        Math.ceil(context.now / 1000) + LATE_DAYS * DAY_SECONDS,
      ];
      return `https://${HOST}/v8/finance/chart/${encodeURIComponent(withDash(ticker))}?period1=${start}&period2=${end}&interval=1d&events=div%7Csplit`;
    }),
  read(response): Page | Fault {
    const found = resultOf(response);
    if ('fault' in found) return found;
    const { timestamp = [], indicators, events } = found.result;
    const [{ open, high, low, close, volume } = {}] = indicators.quote;
    if (timestamp.length !== (close?.length ?? 0)) return oddShape(response.body);
    const bars = timestamp.map((t, i) => ({
      bar: { t, open: open?.[i], high: high?.[i], low: low?.[i], close: close?.[i], volume: volume?.[i] },
    }));
    return { rows: [...Object.values(events?.splits ?? {}).map((one) => ({ split: one })), ...bars] };
  },
  normalise(given, { subject, from, to }, { calendar }) {
    const { success, data } = row.safeParse(given);
    if (!success) return { rejected: 'a bar or a split of another shape' };
    if ('split' in data) {
      const { date, numerator, denominator } = data.split;
      return splitPart(
        { ticker: subject, date: calendar.dateAt(subject, Number(date) * 1000) },
        numerator,
        denominator,
      );
    }
    const at = Number(data.bar.t) * 1000;
    const date = calendar.dateAt(subject, at);
    // Nothing was traded, or it is outside of what was asked for: the range is longer, for the splits.
    if (data.bar.close == null || date < from || date > to) return undefined;
    return barPart({ ticker: subject, date, at }, data.bar, float32Price);
  },
  key: partKey,
};

const quoteRecords = recordsOf(quotesTable, 'yahoo');
const quotes: Endpoint<FlatRecord> = {
  daysBack: 0,
  plan: ({ subjects, from, to }) =>
    subjects.map((subject) => ({
      url: `https://${HOST}/v8/finance/chart/${encodeURIComponent(withDash(subject))}?range=1d&interval=1d`,
      subject,
      from,
      to,
    })),
  read(response) {
    const found = resultOf(response);
    if ('fault' in found) return found;
    const { meta: facts, indicators } = found.result;
    return { rows: [{ ...facts, regularMarketOpen: indicators.quote[0]?.open?.at(-1) }] };
  },
  normalise(given, { subject }) {
    const { success, data } = meta.safeParse(given);
    if (!success) return { rejected: 'a quote of another shape' };
    const text = (value: string | null | undefined) =>
      value == null ? null : (signedDecimalIn(shortestFloat32(value)) ?? null);
    return quoteRecords.one({
      ticker: subject,
      at: instantIn(data.regularMarketTime),
      price: text(data.regularMarketPrice),
      open: text(data.regularMarketOpen),
      high: text(data.regularMarketDayHigh),
      low: text(data.regularMarketDayLow),
      volume: text(data.regularMarketVolume),
      high_52w: text(data.fiftyTwoWeekHigh),
      low_52w: text(data.fiftyTwoWeekLow),
    });
  },
  key: quoteRecords.key,
};

/** Yahoo's chart API: not official, so it is off unless a stage turns it on. */
export const yahoo: Provider = {
  name: 'yahoo',
  hosts: [HOST],
  auth: undefined,
  endpoints: { prices, quotes },
};
