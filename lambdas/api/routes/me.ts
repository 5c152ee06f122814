import type { Hono } from 'hono';
import { meBody, subscriptionBody } from '../../contracts/api.ts';
import { DEFAULT_WINDOW, MAX_TICKERS, type Subscriber } from '../../contracts/subscriber.ts';
import { type Caller, callerOf, type Http } from '../../runtime/http/caller.ts';
import type { KnownTickers } from '../../runtime/http/known-tickers.ts';
import { jsonBody, Problem, parse } from '../../runtime/http/problem.ts';
import type { ApiPorts } from '../ports.ts';

/** Longer than any token lives. */
const TOKEN_LIFE_SECONDS = 86_400;

/** One's own data: preferences, and what one follows. */
export function myRoutes(app: Hono<Http>, ports: ApiPorts, known: KnownTickers): void {
  const { subscribers } = ports;

  app.get('/me', async (context) => {
    const caller = callerOf(context);
    const there = await subscribers.get(caller.subscriber);
    return context.json(meOf(caller, there && (await confirmed(ports, caller, there))));
  });

  app.put('/me', async (context) => {
    const caller = callerOf(context);
    const change = parse(meBody, await jsonBody(context), 'body');
    await present(ports, caller);
    await subscribers.setPreferences(caller.subscriber, change, new Date(ports.now()).toISOString());
    return context.json(meOf(caller, await subscribers.get(caller.subscriber)));
  });

  app.delete('/me', async (context) => {
    const caller = callerOf(context);
    await ports.limits.note(erasedKey(caller), ports.now(), TOKEN_LIFE_SECONDS);
    // The account last: should anything before it fail, its owner can sign in and try again.
    await subscribers.erase(caller.subscriber);
    await ports.digests.eraseAll(caller.subscriber);
    await ports.accounts?.erase(caller.account);
    return context.body(null, 204);
  });

  app.get('/subscriptions', async (context) => {
    const { tickers = {} } = (await subscribers.get(callerOf(context).subscriber)) ?? {};
    const subscriptions = Object.entries(tickers).map(([ticker, { window }]) => ({ ticker, window }));
    return context.json({ subscriptions: subscriptions.sort((a, b) => (a.ticker < b.ticker ? -1 : 1)) });
  });

  app.put('/subscriptions/:ticker', async (context) => {
    const caller = callerOf(context);
    const body = parse(subscriptionBody, await jsonBody(context), 'body');
    const ticker = await known.find(context.req.param('ticker'));
    const { preferences } = await present(ports, caller);
    const window = body.window ?? preferences.window ?? DEFAULT_WINDOW;
    if (await subscribers.follow(caller.subscriber, ticker, window)) return context.json({ ticker, window });
    throw new Problem(409, 'Too many tickers', `Expected at most ${MAX_TICKERS} tickers. Unfollow one first.`);
  });

  app.delete('/subscriptions/:ticker', async (context) => {
    const { subscriber } = callerOf(context);
    const { tickers = {} } = (await subscribers.get(subscriber)) ?? {};
    const name = context.req.param('ticker');
    // As it is followed, or else as it is known: `aapl` is AAPL here as everywhere.
    const ticker = Object.hasOwn(tickers, name) ? name : await known.find(name).catch(() => name);
    await subscribers.unfollow(subscriber, ticker);
    return context.body(null, 204);
  });
}

const meOf = ({ address }: Caller, subscriber: Subscriber | undefined) => ({
  address,
  state: subscriber?.state ?? ('new' as const),
  theme: subscriber?.preferences.theme ?? 'light',
  window: subscriber?.preferences.window ?? DEFAULT_WINDOW,
  pausedUntil: subscriber?.pausedUntil ?? null,
  undeliverable: subscriber?.undeliverable ?? null,
  tickers: Object.keys(subscriber?.tickers ?? {}).length,
});

const erasedKey = ({ subscriber }: Caller): string => `erased/${subscriber}`;

/** To have signed in by a mailed code confirms the mailbox; a token from before its owner was erased confirms nothing. */
async function confirmed(
  ports: Pick<ApiPorts, 'subscribers' | 'limits' | 'now'>,
  caller: Caller,
  there: Subscriber,
): Promise<Subscriber> {
  const { subscribers, now } = ports;
  if (there.state !== 'pending' || (await isErased(ports, caller))) return there;
  await subscribers.confirm(there.subscriber, new Date(now()).toISOString());
  return (await subscribers.get(there.subscriber)) ?? there;
}

/** True for a token from before its owner erased themselves. */
async function isErased({ limits }: Pick<ApiPorts, 'limits'>, caller: Caller): Promise<boolean> {
  const erasedAt = await limits.noted(erasedKey(caller));
  return erasedAt !== undefined && caller.issuedAt <= erasedAt;
}

/** The caller's record, made where there is none. @throws Problem for a token from before its owner was erased */
async function present(ports: Pick<ApiPorts, 'subscribers' | 'limits' | 'now'>, caller: Caller): Promise<Subscriber> {
  const { subscribers } = ports;
  const there = await subscribers.get(caller.subscriber);
  if (there) return confirmed(ports, caller, there);
  if (await isErased(ports, caller))
    throw new Problem(403, 'Erased', 'You have erased yourself, perhaps on another page. Sign in again to start anew.');
  const made: Subscriber = {
    subscriber: caller.subscriber,
    address: caller.address,
    state: 'active',
    tickers: {},
    preferences: { theme: 'light' },
    resumedAt: new Date(ports.now()).toISOString(),
  };
  await subscribers.add(made);
  return made;
}
