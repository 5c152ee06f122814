import type { Hono } from 'hono';
import type { Http } from '../runtime/http/caller.ts';
import { gatewayApp } from '../runtime/http/gateway.ts';
import { knownTickers } from '../runtime/http/known-tickers.ts';
import { DOCS_POLICY, docsPage } from './docs/docs-page.ts';
import OPENAPI from './openapi.json' with { type: 'json' };
import type { ApiPorts, ApiSettings } from './ports.ts';
import { alertLinkRoutes } from './routes/alert-links.ts';
import { alertRoutes } from './routes/alerts.ts';
import { collectorRoutes } from './routes/collectors.ts';
import { declarationRoutes } from './routes/declarations.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { factRoutes } from './routes/facts.ts';
import { feedRoutes } from './routes/feeds.ts';
import { linkRoutes } from './routes/links.ts';
import { meRoutes } from './routes/me.ts';
import { queueRoutes } from './routes/queues.ts';
import { subscriberRoutes } from './routes/subscribers.ts';
import { subscriptionRoutes } from './routes/subscriptions.ts';
import { tickerRoutes } from './routes/tickers.ts';
import { uploadRoutes } from './routes/uploads.ts';

/** The API without the routes that draw charts. */
export function apiApp(ports: ApiPorts, settings: ApiSettings): Hono<Http> {
  const app = gatewayApp(ports.unexpected);
  const known = knownTickers(ports.tickers, ports.now);
  meRoutes(app, ports);
  subscriptionRoutes(app, ports, settings, known);
  alertRoutes(app, ports, settings, known);
  tickerRoutes(app, ports, settings, known);
  factRoutes(app, ports, known);
  declarationRoutes(app, ports, settings, known);
  linkRoutes(app, ports, settings);
  alertLinkRoutes(app, ports, settings);
  deliveryRoutes(app, ports);
  feedRoutes(app, ports, settings);
  uploadRoutes(app, ports, settings);
  queueRoutes(app, ports);
  collectorRoutes(app, ports, settings.collectors);
  subscriberRoutes(app, ports, settings, known);
  app.get('/openapi.json', (context) => context.json(OPENAPI));
  app.get('/', (context) => context.redirect(`${settings.apiUrl}/docs`));
  app.get('/docs', (context) => {
    context.header('content-security-policy', DOCS_POLICY);
    return context.html(docsPage(settings));
  });
  return app;
}
