import * as z from 'zod';
import { fundamentals as fundamentalsTable } from '../../../datasets/fundamentals.ts';
import { quotes as quotesTable } from '../../../datasets/quotes.ts';
import {
  decimalIn,
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
import type {
  ApiResponse,
  Endpoint,
  Fault,
  FlatRecord,
  Page,
  PricePart,
  Provider,
} from '../../domain/collect/provider.ts';
import { isShares, itemsOf, statementItem } from '../../domain/collect/statement-items.ts';
import { recordsOf } from '../../domain/records/provider-records.ts';

const HOST = 'financialmodelingprep.com';
const address = (path: string, query: Record<string, string>) =>
  `https://${HOST}/stable/${path}?${new URLSearchParams(query)}`;
/** Bulk endpoints answer so with the status 200 too. */
const LIMIT = /limit reach/i;

const error = z.object({ 'Error Message': z.string() });
const rows = z.array(z.record(z.string(), z.unknown()));

/** Bare arrays; an unknown symbol has an empty one. */
function read(response: ApiResponse): Page | Fault {
  const json = jsonIn(response.body);
  const said = error.safeParse(json).data?.['Error Message'] ?? response.body;
  if (LIMIT.test(said) && !Array.isArray(json)) return fault('quota', said);
  const failed = statusFault({ ...response, body: said });
  if (failed) return failed;
  const { success, data } = rows.safeParse(json);
  return success ? { rows: data } : oddShape(response.body);
}

const readSome = (response: ApiResponse): Page | Fault => {
  const page = read(response);
  return 'rows' in page && page.rows.length === 0 ? fault('not-found', 'no rows: the symbol is not known') : page;
};

const bar = z.object({
  date: z.iso.date(),
  close: z.string().nullish(),
  open: z.string().nullish(),
  high: z.string().nullish(),
  low: z.string().nullish(),
  volume: z.string().nullish(),
});
const split = z.object({ date: z.iso.date(), numerator: z.string(), denominator: z.string() });

const prices: Endpoint<PricePart> = {
  // Closes before a split are divided; the splits have a list of their own.
  basis: 'split-adjusted',
  hasSplits: true,
  plan(query, context) {
    const { from, to } = query;
    const bars = priceRequests(query, context, (ticker) =>
      address('historical-price-eod/full', { symbol: withDash(ticker), from, to }),
    );
    return bars.flatMap((request) => [
      request,
      { ...request, url: address('splits', { symbol: withDash(request.subject) }), kind: 'splits' },
    ]);
  },
  read: (response, { kind }) => (kind === 'splits' ? read(response) : readSome(response)),
  normalise(row, { subject: ticker, kind, from, to }) {
    if (kind === 'splits') {
      const { success, data } = split.safeParse(row);
      return success
        ? splitPart({ ticker, date: data.date }, data.numerator, data.denominator)
        : { rejected: 'a split of another shape' };
    }
    const { success, data } = bar.safeParse(row);
    if (!success) return { rejected: 'a bar of another shape' };
    return data.date < from || data.date > to ? undefined : barPart({ ticker, date: data.date }, data);
  },
  key: partKey,
};

const quote = z.object({
  price: z.string(),
  timestamp: z.string(),
  open: z.string().nullish(),
  dayHigh: z.string().nullish(),
  dayLow: z.string().nullish(),
  volume: z.string().nullish(),
  marketCap: z.string().nullish(),
  yearHigh: z.string().nullish(),
  yearLow: z.string().nullish(),
});
const quoteRecords = recordsOf(quotesTable, 'fmp');

const quotes: Endpoint<FlatRecord> = {
  daysBack: 0,
  plan: ({ subjects, from, to }) =>
    subjects.map((subject) => ({ url: address('quote', { symbol: withDash(subject) }), subject, from, to })),
  read: readSome,
  normalise(row, { subject }) {
    const { success, data } = quote.safeParse(row);
    if (!success) return { rejected: 'a quote of another shape' };
    return quoteRecords.one({
      ticker: subject,
      at: instantIn(data.timestamp),
      price: priceIn(data.price),
      open: priceIn(data.open),
      high: priceIn(data.dayHigh),
      low: priceIn(data.dayLow),
      volume: decimalIn(data.volume),
      market_cap: decimalIn(data.marketCap),
      high_52w: priceIn(data.yearHigh),
      low_52w: priceIn(data.yearLow),
    });
  },
  key: quoteRecords.key,
};

const STATEMENTS = {
  'income-statement': 'income',
  'balance-sheet-statement': 'balance',
  'cash-flow-statement': 'cash-flow',
} as const;
const NO_ITEMS = [
  'date',
  'symbol',
  'reportedCurrency',
  'cik',
  'filingDate',
  'acceptedDate',
  'fiscalYear',
  'period',
  'link',
  'finalLink',
];
const fundamentalRecords = recordsOf(fundamentalsTable, 'fmp');

const fundamentals: Endpoint<FlatRecord> = {
  daysBack: 0,
  plan: ({ subjects, from, to }) =>
    subjects.flatMap((subject) =>
      Object.keys(STATEMENTS).map((kind) => ({
        url: address(kind, { symbol: withDash(subject), period: 'annual', limit: '5' }),
        subject,
        from,
        to,
        kind,
      })),
    ),
  read(response) {
    const page = readSome(response);
    if ('fault' in page) return page;
    // Q4 and FY end on the same day: the period is part of what identifies an item.
    return {
      rows: rows.parse(page.rows).flatMap((report) => itemsOf(report, NO_ITEMS, String(report['period'] ?? 'FY'))),
    };
  },
  normalise(row, { subject, kind }) {
    const { success, data } = statementItem.safeParse(row);
    if (!success) return { rejected: 'a statement of another shape' };
    const { period, item, report } = data;
    return fundamentalRecords.one({
      ticker: subject,
      statement: STATEMENTS[kind as keyof typeof STATEMENTS],
      date: report['date'],
      period,
      item,
      value: signedDecimalIn(report[item]),
      unit: isShares(item) ? null : report['reportedCurrency'],
    });
  },
  key: fundamentalRecords.key,
};

/** Financial Modeling Prep. */
export const fmp: Provider = {
  name: 'fmp',
  hosts: [HOST],
  auth: { parameter: 'apikey' },
  endpoints: { prices, quotes, fundamentals },
};
