import * as z from 'zod';
import {
  chartQuery,
  deliveriesPage,
  deliveriesQuery,
  deliveryDetail,
  inviteBody,
  invited,
  linkQuery,
  me,
  meBody,
  orderTaken,
  prices,
  pricesQuery,
  subscription,
  subscriptionBody,
  tickersPage,
  tickersQuery,
} from './api.ts';

/** What a caller's token must allow. A resource server's scopes carry its name, whoever issues them. */
export const Scope = {
  /** One's own data. */
  subscriptions: 'closing-bell/subscriptions',
  /** Deliveries, and inviting mailboxes. */
  operations: 'closing-bell/operations',
} as const;

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** Group of the user pool whose members are operators. */
export const OPERATORS_GROUP = 'operators';

/** One route of the API: the template, the OpenAPI description and the tests are made from this list. */
export type Route = {
  method: Method;
  /** With {parameters} as API Gateway and OpenAPI write them. */
  path: string;
  does: string;
  /** Absent where a link from a mail or nothing at all is enough. */
  scope?: (typeof Scope)[keyof typeof Scope];
  /** The function that answers it: the small one, or the one that draws. */
  by: 'api' | 'charts';
  query?: z.ZodObject;
  body?: z.ZodType;
  answer?: z.ZodType;
  /** Status of success, where it is neither 200 nor, for want of an answer, 204. */
  status?: 200 | 201 | 202;
  /** Media type of the answer, where it is not JSON. */
  type?: string;
};

const own = Scope.subscriptions;
const operators = Scope.operations;
const html = { type: 'text/html' } as const;

export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/me', scope: own, by: 'api', answer: me, does: 'My preferences' },
  { method: 'PUT', path: '/me', scope: own, by: 'api', body: meBody, answer: me, does: 'Change my preferences' },
  { method: 'DELETE', path: '/me', scope: own, by: 'api', does: 'Erase me and everything about me' },
  {
    method: 'POST',
    path: '/me/preview',
    scope: own,
    by: 'charts',
    does: 'Mail me now what the last delivery would have sent',
  },
  {
    method: 'GET',
    path: '/subscriptions',
    scope: own,
    by: 'api',
    answer: z.object({ subscriptions: z.array(subscription) }),
    does: 'The tickers I follow',
  },
  {
    method: 'PUT',
    path: '/subscriptions/{ticker}',
    scope: own,
    by: 'api',
    body: subscriptionBody,
    answer: subscription,
    does: 'Follow a ticker, or change its chart window',
  },
  { method: 'DELETE', path: '/subscriptions/{ticker}', scope: own, by: 'api', does: 'No longer follow a ticker' },
  {
    method: 'GET',
    path: '/tickers',
    scope: own,
    by: 'api',
    query: tickersQuery,
    answer: tickersPage,
    does: 'Search tickers',
  },
  {
    method: 'GET',
    path: '/tickers/{ticker}/prices',
    scope: own,
    by: 'api',
    query: pricesQuery,
    answer: prices,
    does: 'The prices of a ticker, as JSON or (Accept: text/csv) CSV',
  },
  {
    method: 'GET',
    path: '/tickers/{ticker}/chart.png',
    scope: own,
    by: 'charts',
    query: chartQuery,
    type: 'image/png',
    does: 'The chart of the mail',
  },
  {
    method: 'GET',
    path: '/unsubscribe',
    by: 'api',
    query: linkQuery,
    ...html,
    does: 'The page behind the link in a mail; changes nothing',
  },
  {
    method: 'POST',
    path: '/unsubscribe',
    by: 'api',
    query: linkQuery,
    ...html,
    does: 'Unsubscribe from one ticker or all (RFC 8058 one-click)',
  },
  {
    method: 'GET',
    path: '/confirm',
    by: 'api',
    query: linkQuery,
    ...html,
    does: 'The page behind the link in an invitation; changes nothing',
  },
  { method: 'POST', path: '/confirm', by: 'api', query: linkQuery, ...html, does: 'Confirm a mailbox' },
  {
    method: 'GET',
    path: '/deliveries',
    scope: operators,
    by: 'api',
    query: deliveriesQuery,
    answer: deliveriesPage,
    does: 'Deliveries, the last dropped first',
  },
  {
    method: 'GET',
    path: '/deliveries/{id}',
    scope: operators,
    by: 'api',
    answer: deliveryDetail,
    does: 'One delivery with its report',
  },
  {
    method: 'GET',
    path: '/deliveries/{id}/quarantine',
    scope: operators,
    by: 'api',
    type: 'text/csv',
    does: 'Its quarantined rows with line and reason',
  },
  {
    method: 'POST',
    path: '/deliveries/{id}/revoke',
    scope: operators,
    by: 'api',
    answer: orderTaken,
    status: 202,
    does: 'Take back what a delivery says; whoever was mailed it gets a correction',
  },
  {
    method: 'POST',
    path: '/deliveries/{id}/replay',
    scope: operators,
    by: 'api',
    answer: orderTaken,
    status: 202,
    does: 'Read the file of a delivery again, also one that was revoked or rejected',
  },
  {
    method: 'POST',
    path: '/subscribers',
    scope: operators,
    by: 'api',
    body: inviteBody,
    answer: invited,
    status: 201,
    does: 'Invite a mailbox; it gets nothing before it confirms',
  },
  { method: 'GET', path: '/openapi.json', by: 'api', type: 'application/json', does: 'This description' },
  { method: 'GET', path: '/docs', by: 'api', ...html, does: 'This description, to be read' },
];

export const routeKey = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;
