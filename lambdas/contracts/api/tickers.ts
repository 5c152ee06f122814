import * as z from 'zod';
import { Scope } from '../scopes.ts';
import { chartWindow, theme } from '../subscriber.ts';
import type { Route } from './route.ts';

const date = z.iso.date();
const decimal = z.string().meta({ description: 'An exact decimal', examples: ['300.35'] });

export const tickersQuery = z.object({
  sort: z.enum(['ticker', 'change', '-change']).default('ticker').meta({
    description:
      '`change`: the largest rises of the last deliveries first; `-change`: the largest falls. Without search and pages',
  }),
  search: z
    .string()
    .max(64)
    .default('')
    .meta({
      description: 'Begin of a ticker or of a word in the name of a company, or a part of a ticker',
      examples: ['apple'],
    }),
  after: z.string().max(32).optional().meta({ description: '`next` of the page before' }),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});
const tickersPage = z.object({
  tickers: z.array(
    z.object({
      ticker: z.string(),
      name: z.string().optional().meta({ description: 'Name of the company, if the vendor sends one' }),
      renamedTo: z.string().optional().meta({ description: 'The name it has now, if an operator declared a rename' }),
      date: date.optional(),
      close: decimal.optional(),
      dayChange: z
        .number()
        .optional()
        .meta({ description: 'Relative: 0.01 is one percent; absent for a suspect close' }),
      suspect: z.boolean().optional().meta({ description: 'True if the close is far from the closes before it' }),
    }),
  ),
  next: z.string().optional().meta({ description: 'Pass it as `after` to get the next page' }),
});

export const pricesQuery = z.object({
  from: date.optional(),
  to: date.optional(),
  asOf: z
    .union([z.iso.datetime({ offset: true }), date])
    .optional()
    .meta({
      description:
        'Only deliveries with a file date up to this date, or whose New York close is not after this instant',
    }),
  adjusted: z.stringbool().default(false).meta({
    type: 'boolean',
    description: "Closes on today's scale: those before a declared split that the closes show are divided by its ratio",
  }),
  versions: z.stringbool().default(false).meta({ type: 'boolean', description: 'Every value each date has had' }),
});
const observation = z.object({
  date,
  close: decimal,
  open: decimal.optional(),
  high: decimal.optional(),
  low: decimal.optional(),
  volume: decimal.optional(),
  split: decimal.optional().meta({
    description: 'New shares per old, on the first close after a split that the vendor or an operator declared',
  }),
  delivery: z.string().meta({ description: 'The delivery this value comes from' }),
  corrects: decimal.optional().meta({ description: 'The close that an earlier delivery had for this date' }),
  suspect: z.boolean(),
});
const version = z.object({
  date,
  close: decimal.nullable().meta({ description: 'null if the delivery deleted the observation' }),
  delivery: z.string(),
  validFrom: z.iso.datetime({ offset: true }),
  validTo: z.iso.datetime({ offset: true }).nullable(),
});
const prices = z.object({
  ticker: z.string().meta({ description: 'The name it has now: an earlier name finds it too' }),
  formerly: z.array(z.string()).optional().meta({ description: 'Earlier names' }),
  name: z.string().optional().meta({ description: 'Name of the company, if the vendor sends one' }),
  exchange: z
    .string()
    .optional()
    .meta({ description: 'By the suffix of the ticker: `TCS.NS` is traded at NSE', examples: ['NYSE'] }),
  currency: z
    .string()
    .optional()
    .meta({ description: 'Currency of the prices (ISO 4217)', examples: ['USD'] }),
  phase: z.enum(['pre', 'regular', 'post', 'closed']).optional().meta({
    description: 'What the exchange does now: trading before the open, in the session, after the close, or none',
  }),
  observations: z.array(observation).optional(),
  versions: z.array(version).optional(),
});

export const chartQuery = z.object({
  window: z.coerce.number().pipe(chartWindow).default(90),
  theme: theme.default('light'),
});

export type TickersPage = z.infer<typeof tickersPage>;
export type Prices = z.infer<typeof prices>;
export type ApiObservation = z.infer<typeof observation>;

const own = { scope: Scope.subscriptions, method: 'GET' } as const;

export const TICKER_ROUTES: readonly Route[] = [
  { ...own, path: '/tickers', handler: 'api', query: tickersQuery, answer: tickersPage, summary: 'Search tickers' },
  {
    ...own,
    path: '/tickers/{ticker}/prices',
    handler: 'api',
    query: pricesQuery,
    answer: prices,
    summary: 'The prices of a ticker, as JSON or (Accept: text/csv) CSV',
  },
  {
    ...own,
    path: '/tickers/{ticker}/chart.png',
    handler: 'charts',
    query: chartQuery,
    type: 'image/png',
    summary: 'The chart of the mail',
  },
];
