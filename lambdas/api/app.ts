import type { Hono } from 'hono';
import type { Http } from '../http/caller.ts';
import { gatewayApp } from '../http/gateway.ts';
import { knownTickers } from '../http/known-tickers.ts';
import { DOCS, OPENAPI } from './docs.ts';
import { LINK_PAGE_POLICY } from './link-page.ts';
import { linkRoutes } from './links.ts';
import { myRoutes } from './me.ts';
import { operatorRoutes } from './operators.ts';
import type { ApiPorts, ApiSettings } from './ports.ts';
import { tickerRoutes } from './tickers.ts';

/** The API without the routes that draw. */
export function apiApp(ports: ApiPorts, settings: ApiSettings): Hono<Http> {
  const app = gatewayApp(ports.unexpected);
  const known = knownTickers(ports.tickers, ports.now);
  myRoutes(app, ports, known);
  tickerRoutes(app, ports, settings, known);
  linkRoutes(app, ports, settings);
  operatorRoutes(app, ports, settings, known);
  app.get('/openapi.json', (context) => context.json(OPENAPI));
  app.get('/docs', (context) => {
    context.header('content-security-policy', LINK_PAGE_POLICY);
    return context.html(DOCS);
  });
  return app;
}
