import * as z from 'zod';
import { Scope } from '../scopes.ts';
import { chartWindow, MAX_TICKERS } from '../subscriber.ts';
import type { Route } from './route.ts';

const subscription = z.object({ ticker: z.string(), window: chartWindow });
export const subscriptionBody = z.strictObject({ window: chartWindow.optional() });
const subscriptions = z.object({ subscriptions: z.array(subscription) });

const decimal = z.string().meta({ description: 'An exact decimal', examples: ['300.35'] });
const watchlist = z.object({
  rows: z.array(
    subscription.extend({
      name: z.string().optional().meta({ description: 'Name of the company, if the vendor sends one' }),
      renamedTo: z.string().optional().meta({ description: 'The name the ticker has now' }),
      date: z.iso.date().optional(),
      close: decimal.optional(),
      dayChange: z
        .number()
        .optional()
        .meta({ description: 'Relative: 0.01 is one percent; absent for a suspect close' }),
      weekChange: z.number().optional().meta({ description: 'Against the close 7 calendar days before' }),
      monthChange: z.number().optional().meta({ description: 'Against the close 30 calendar days before' }),
      suspect: z.boolean().optional(),
      spark: z.array(z.number()).meta({ description: 'Closes of the last 90 days for a small chart, at most 40' }),
    }),
  ),
});

export const manyBody = z.strictObject({ tickers: z.array(z.string().min(1).max(64)).min(1).max(MAX_TICKERS) });
const followedMany = z.object({
  followed: z.array(z.string()),
  already: z.array(z.string()),
  unknown: z.array(z.object({ name: z.string().meta({ examples: ['AAPK'] }), suggestions: z.array(z.string()) })),
  tooMany: z.array(z.string()).meta({ description: `Tickers beyond the maximum of ${MAX_TICKERS}` }),
});

export type Subscription = z.infer<typeof subscription>;
export type WatchlistRow = z.infer<typeof watchlist>['rows'][number];
export type FollowedMany = z.infer<typeof followedMany>;

const own = { scope: Scope.subscriptions, handler: 'api' } as const;
const ofTicker = { ...own, path: '/subscriptions/{ticker}' } as const;

export const SUBSCRIPTION_ROUTES: readonly Route[] = [
  { ...own, method: 'GET', path: '/subscriptions', answer: subscriptions, summary: 'The tickers I follow' },
  {
    ...own,
    method: 'GET',
    path: '/watchlist',
    answer: watchlist,
    summary: 'The tickers I follow with their last closes and small charts',
  },
  {
    ...own,
    method: 'POST',
    path: '/subscriptions',
    body: manyBody,
    answer: followedMany,
    summary: 'Follow many tickers; says which names are unknown',
  },
  {
    ...ofTicker,
    method: 'PUT',
    body: subscriptionBody,
    answer: subscription,
    summary: 'Follow a ticker, or change its chart window',
  },
  { ...ofTicker, method: 'DELETE', summary: 'Unfollow a ticker' },
];
