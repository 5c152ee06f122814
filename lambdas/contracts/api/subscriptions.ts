import * as z from 'zod';
import { Scope } from '../scopes.ts';
import { chartWindow } from '../subscriber.ts';
import type { Route } from './route.ts';

const subscription = z.object({ ticker: z.string(), window: chartWindow });
export const subscriptionBody = z.strictObject({ window: chartWindow.optional() });
const subscriptions = z.object({ subscriptions: z.array(subscription) });

export type Subscription = z.infer<typeof subscription>;

const own = { scope: Scope.subscriptions, handler: 'api' } as const;
const ofTicker = { ...own, path: '/subscriptions/{ticker}' } as const;

export const SUBSCRIPTION_ROUTES: readonly Route[] = [
  { ...own, method: 'GET', path: '/subscriptions', answer: subscriptions, summary: 'The tickers I follow' },
  {
    ...ofTicker,
    method: 'PUT',
    body: subscriptionBody,
    answer: subscription,
    summary: 'Follow a ticker, or change its chart window',
  },
  { ...ofTicker, method: 'DELETE', summary: 'Unfollow a ticker' },
];
