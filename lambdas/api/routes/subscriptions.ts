import type { Hono } from 'hono';
import { manyBody, subscriptionBody } from '../../contracts/api/subscriptions.ts';
import { DEFAULT_WINDOW } from '../../contracts/chart-options.ts';
import { MAX_TICKERS } from '../../contracts/subscriber.ts';
import { callerOf, type Http } from '../../runtime/http/caller.ts';
import type { KnownTickers } from '../../runtime/http/known-tickers.ts';
import { jsonBody, Problem, parse } from '../../runtime/http/problem.ts';
import { followMany } from '../follow-many.ts';
import { ensureOwn } from '../own-record.ts';
import type { ApiPorts, ApiSettings } from '../ports.ts';
import { watchlist } from '../watchlist.ts';

/** The tickers that the caller follows. */
export function subscriptionRoutes(app: Hono<Http>, ports: ApiPorts, settings: ApiSettings, known: KnownTickers): void {
  const { subscribers } = ports;

  app.get('/subscriptions', async (context) => {
    const { tickers = {} } = (await subscribers.get(callerOf(context).subscriber)) ?? {};
    const subscriptions = Object.entries(tickers).map(([ticker, { window }]) => ({ ticker, window }));
    return context.json({ subscriptions: subscriptions.sort((a, b) => (a.ticker < b.ticker ? -1 : 1)) });
  });

  app.get('/watchlist', async (context) => {
    const { tickers = {} } = (await subscribers.get(callerOf(context).subscriber)) ?? {};
    return context.json({ rows: await watchlist(ports, settings, tickers) });
  });

  app.post('/subscriptions', async (context) => {
    const { tickers: names } = parse(manyBody, await jsonBody(context), 'body');
    const { subscriber, tickers, preferences } = await ensureOwn(ports, callerOf(context));
    const window = preferences.window ?? DEFAULT_WINDOW;
    const own = new Set(Object.keys(tickers));
    return context.json(await followMany(ports, known, names, { subscriber, own, window }));
  });

  app.put('/subscriptions/:ticker', async (context) => {
    const caller = callerOf(context);
    const body = parse(subscriptionBody, await jsonBody(context), 'body');
    const ticker = await known.find(context.req.param('ticker'));
    const { preferences } = await ensureOwn(ports, caller);
    const window = body.window ?? preferences.window ?? DEFAULT_WINDOW;
    if (await subscribers.follow(caller.subscriber, ticker, window)) return context.json({ ticker, window });
    throw new Problem(409, 'Too many tickers', `Expected at most ${MAX_TICKERS} tickers. Unfollow one first.`);
  });

  app.delete('/subscriptions/:ticker', async (context) => {
    const { subscriber } = callerOf(context);
    const { tickers = {} } = (await subscribers.get(subscriber)) ?? {};
    const name = context.req.param('ticker');
    // As the subscriber follows it, or as deliveries spell it: `aapl` is AAPL. A followed ticker may no longer be known.
    const ticker = Object.hasOwn(tickers, name) ? name : await known.find(name).catch(() => name);
    await subscribers.unfollow(subscriber, ticker);
    return context.body(null, 204);
  });
}
