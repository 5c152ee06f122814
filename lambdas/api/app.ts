import { Hono } from 'hono';
import type { Http } from '../http/caller.ts';
import { knownTickers } from '../http/known-tickers.ts';
import { answerError, notFound } from '../http/problem.ts';
import { DOCS, OPENAPI } from './docs.ts';
import { LINK_PAGE_POLICY } from './link-page.ts';
import { linkRoutes } from './links.ts';
import { myRoutes } from './me.ts';
import { operatorRoutes } from './operators.ts';
import type { ApiPorts, ApiSettings } from './ports.ts';
import { tickerRoutes } from './tickers.ts';

/** The API without the routes that draw. API Gateway has checked the token and its scope before. */
export function apiApp(ports: ApiPorts, settings: ApiSettings): Hono<Http> {
  const app = new Hono<Http>();
  const known = knownTickers(ports.tickers, ports.now);
  app.use(async (context, next) => {
    await next();
    context.header('x-content-type-options', 'nosniff');
  });
  myRoutes(app, ports, known);
  tickerRoutes(app, ports, settings, known);
  linkRoutes(app, ports, settings);
  operatorRoutes(app, ports, settings, known);
  app.get('/openapi.json', (context) => context.json(OPENAPI));
  app.get('/docs', (context) => {
    context.header('content-security-policy', LINK_PAGE_POLICY);
    return context.html(DOCS);
  });
  app.onError((error, context) => answerError(error, context, ports.unexpected));
  app.notFound(notFound);
  return app;
}
