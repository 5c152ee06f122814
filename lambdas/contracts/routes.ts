import { ALERT_ROUTES } from './api/alerts.ts';
import { COLLECTOR_ROUTES } from './api/collectors.ts';
import { DECLARATION_ROUTES } from './api/declarations.ts';
import { DELIVERY_ROUTES } from './api/deliveries.ts';
import { FACT_ROUTES } from './api/facts.ts';
import { FEED_ROUTES } from './api/feeds.ts';
import { LINK_ROUTES } from './api/links.ts';
import { ME_ROUTES } from './api/me.ts';
import { QUEUE_ROUTES } from './api/queues.ts';
import type { Route } from './api/route.ts';
import { SUBSCRIBER_ROUTES } from './api/subscribers.ts';
import { SUBSCRIPTION_ROUTES } from './api/subscriptions.ts';
import { TICKER_ROUTES } from './api/tickers.ts';
import { UPLOAD_ROUTES } from './api/uploads.ts';

/** All routes of the API. */
export const ROUTES: readonly Route[] = [
  ...ME_ROUTES,
  ...SUBSCRIPTION_ROUTES,
  ...ALERT_ROUTES,
  ...TICKER_ROUTES,
  ...FACT_ROUTES,
  ...DECLARATION_ROUTES,
  ...LINK_ROUTES,
  ...DELIVERY_ROUTES,
  ...FEED_ROUTES,
  ...UPLOAD_ROUTES,
  ...COLLECTOR_ROUTES,
  ...QUEUE_ROUTES,
  ...SUBSCRIBER_ROUTES,
  { method: 'GET', path: '/openapi.json', handler: 'api', type: 'application/json', summary: 'This description' },
  { method: 'GET', path: '/', handler: 'api', type: 'text/html', summary: 'Leads to this description' },
  { method: 'GET', path: '/docs', handler: 'api', type: 'text/html', summary: 'This description as a page' },
];
