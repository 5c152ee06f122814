import * as z from 'zod';
import { Scope } from '../scopes.ts';
import { chartWindow, followed, mailAddress } from '../subscriber.ts';
import type { Route } from './route.ts';

export const inviteBody = z.strictObject({
  address: mailAddress,
  tickers: z.array(z.strictObject({ ticker: z.string(), window: chartWindow.optional() })).max(500),
});
const invited = z.object({
  subscriber: z.string(),
  state: z.enum(['pending', 'active', 'paused']),
  tickers: followed,
  unknown: z.array(z.string()).meta({ description: 'Tickers of the invitation that no delivery has: left out' }),
});

const subscriberAddress = z.object({ subscriber: z.string(), address: mailAddress });

export const SUBSCRIBER_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/subscribers/{id}',
    scope: Scope.operations,
    handler: 'api',
    answer: subscriberAddress,
    summary: 'The address of a subscriber',
  },
  {
    method: 'POST',
    path: '/subscribers',
    scope: Scope.operations,
    handler: 'api',
    body: inviteBody,
    answer: invited,
    status: 201,
    summary: 'Invite a mailbox; it gets nothing until it confirms',
  },
];
