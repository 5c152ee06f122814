import type { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { apiApp } from '../../lambdas/api/app.ts';
import type { ApiPorts } from '../../lambdas/api/ports.ts';
import { chartsApp } from '../../lambdas/charts/app.ts';
import type { ChartsPorts } from '../../lambdas/charts/ports.ts';
import type { DeliveryEvent } from '../../lambdas/contracts/delivery-event.ts';
import { ROUTES, routeKey, Scope } from '../../lambdas/contracts/routes.ts';
import { MAX_TICKERS, type Subscriber, subscriberId } from '../../lambdas/contracts/subscriber.ts';
import type { FeedbackPorts } from '../../lambdas/feedback/take-feedback.ts';
import type { Http } from '../../lambdas/runtime/http/caller.ts';
import { decodedPath, type Route as GatewayRoute, type Match, match } from '../../local/engine/http-routes.ts';
import { MemoryWorld } from './memory-world.ts';

/** A morning after all that these tests deliver. */
export const API_NOW = Date.parse('2023-06-01T22:00:00Z');

export const API_SETTINGS = {
  suspectMove: 0.5,
  sender: 'digest@example.com',
  webUrl: 'https://bell.example.com',
  apiUrl: 'https://api.example.com',
};

type Asked = {
  method?: string;
  body?: unknown;
  as?: string | undefined;
  claims?: object;
  headers?: Record<string, string>;
  /** One app for several requests: it keeps things in memory. */
  app?: Hono<Http>;
};

/** A name in a path: API Gateway decodes it once before it looks for the route, the app a second time. */
export const inPath = (name: string): string => encodeURIComponent(encodeURIComponent(name));

/** The routes as the gateway knows them. */
const GATEWAY: GatewayRoute[] = ROUTES.map((route) => ({
  key: routeKey(route),
  method: route.method,
  segments: route.path.split('/'),
  target: { name: route.by, invoke: async () => undefined, stop: async () => undefined },
  scopes: route.scope ? [route.scope] : [],
}));

type Answer = { statusCode: number; headers: Record<string, string>; body: string; isBase64Encoded?: boolean };

/** The event that API Gateway gives a function. */
export const eventOf = (
  { route, parameters }: Pick<Match, 'parameters'> & { route: Pick<GatewayRoute, 'key'> },
  asked: { method: string; rawPath: string; query: string; headers: object; body: string; token: object },
) => ({
  version: '2.0',
  routeKey: route.key,
  rawPath: asked.rawPath,
  rawQueryString: asked.query,
  pathParameters: parameters,
  headers: asked.headers,
  body: asked.body,
  isBase64Encoded: false,
  requestContext: {
    http: { method: asked.method, path: asked.rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
    authorizer: { jwt: { claims: asked.token, scopes: [] } },
    domainName: 'api.example.com',
    requestId: '1',
    routeKey: route.key,
    stage: '$default',
    timeEpoch: 0,
  },
});

const responseOf = ({ statusCode, headers, body, isBase64Encoded }: Answer): Response => {
  const bytes = isBase64Encoded ? Buffer.from(body, 'base64') : Buffer.from(body ?? '');
  return new Response([204, 304].includes(statusCode) ? null : bytes, { status: statusCode, headers });
};

/** Both HTTP functions over a world in memory, behind an API Gateway that believes whom it is told. */
export class ApiWorld extends MemoryWorld {
  readonly erasedAccounts: string[] = [];
  readonly unexpected: Error[] = [];
  readonly orders: DeliveryEvent[] = [];
  readonly limits = new Map<string, number>();
  now = API_NOW;

  /** Calls a route as the owner of a mailbox. */
  async ask(
    path: string,
    { method = 'GET', body, as = 'ada@example.com', claims, headers = {}, app }: Asked = {},
  ): Promise<Response> {
    const token = {
      scope: Object.values(Scope).join(' '),
      ...(claims ?? { sub: 'account-1', email: as, email_verified: 'true', iat: this.now / 1000 - 60 }),
    };
    const [rawPath = '', query = ''] = path.split('?');
    const decoded = decodedPath(rawPath);
    if (decoded === undefined) return new Response('{"message":"Bad Request"}', { status: 400 });
    const found = match(GATEWAY, method, decoded);
    if (!found) return new Response('{"message":"Not Found"}', { status: 404 });
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const event = eventOf(found, { method, rawPath, query, headers, body: text, token });
    const { by } = ROUTES.find((route) => routeKey(route) === found.route.key) ?? {};
    const own = by === 'charts' ? chartsApp(this.apiPorts(), API_SETTINGS) : apiApp(this.apiPorts(), API_SETTINGS);
    return responseOf((await handle((app ?? own) as never)(event as never, {} as never)) as Answer);
  }

  apiPorts(): ApiPorts & ChartsPorts {
    const ports = this.ports();
    return {
      ...ports,
      tickers: { all: async () => [...this.tickers].sort() },
      orders: { send: async (event) => void this.orders.push(event) },
      deliveries: { ...ports.deliveries, all: async () => ({ records: [...this.deliveries.values()], broken: [] }) },
      subscribers: this.#subscribers(),
      limits: {
        take: async ({ key, max, windowSeconds }, now) => {
          const window = `${key} ${Math.floor(now / 1000 / windowSeconds)}`;
          const taken = this.limits.get(window) ?? 0;
          if (taken >= max) return 60;
          this.limits.set(window, taken + 1);
          return 0;
        },
        note: async (key, at) => void this.limits.set(key, at),
        noted: async (key) => this.limits.get(key),
      },
      accounts: { erase: async (account) => void this.erasedAccounts.push(account) },
      linkKeys: async () => ({ current: 'key' }),
      now: () => this.now,
      unexpected: (error) => void this.unexpected.push(error),
    };
  }

  feedbackPorts(): FeedbackPorts {
    return { digests: this.ports().digests, subscribers: this.#subscribers() };
  }

  #subscribers(): ApiPorts['subscribers'] & FeedbackPorts['subscribers'] {
    const find = (id: string) => this.subscribers.find(({ subscriber }) => subscriber === id);
    const change = async (id: string, make: (found: Subscriber) => Subscriber | undefined): Promise<boolean> => {
      const index = this.subscribers.findIndex(({ subscriber }) => subscriber === id);
      const found = this.subscribers[index];
      const changed = found && make(structuredClone(found));
      if (changed) this.subscribers[index] = changed;
      return changed !== undefined;
    };
    return {
      get: async (id) => structuredClone(find(id)),
      add: async (item) => {
        if (find(item.subscriber)) return false;
        this.subscribers.push(structuredClone(item));
        return true;
      },
      confirm: (id, now) =>
        change(id, ({ undeliverable: _gone, ...s }) =>
          s.state === 'pending' ? { ...s, state: 'active', resumedAt: now } : undefined,
        ),
      follow: (id, ticker, window) =>
        change(id, (s) => {
          const isFull = !s.tickers[ticker] && Object.keys(s.tickers).length >= MAX_TICKERS;
          return isFull ? undefined : { ...s, tickers: { ...s.tickers, [ticker]: { window } } };
        }),
      unfollow: (id, ticker) => change(id, ({ tickers: { [ticker]: _gone, ...tickers }, ...s }) => ({ ...s, tickers })),
      unfollowAll: (id) => change(id, (s) => ({ ...s, tickers: {} })),
      stop: (id, undeliverable, sentAt) =>
        change(id, (s) => (s.resumedAt && s.resumedAt >= sentAt ? undefined : { undeliverable, ...s })),
      countSoftBounces: (id, count) =>
        change(id, (s) => ((s.softBounces ?? -1) < count ? { ...s, softBounces: count } : undefined)),
      setPreferences: (id, { pausedUntil, ...preferences }, now) =>
        change(id, ({ pausedUntil: before, undeliverable, ...s }) => {
          const until = pausedUntil === undefined ? before : pausedUntil;
          const stopped = pausedUntil === null ? { resumedAt: now } : undeliverable && { undeliverable };
          const given = Object.fromEntries(Object.entries(preferences).filter(([, value]) => value !== undefined));
          return {
            ...s,
            preferences: { ...s.preferences, ...given },
            ...stopped,
            ...(until && { pausedUntil: until }),
          };
        }),
      invite: async (item) => {
        const there = find(item.subscriber);
        if (there && (there.state !== 'pending' || there.undeliverable)) return false;
        if (there) await change(item.subscriber, () => item);
        else this.subscribers.push(structuredClone(item));
        return true;
      },
      erase: async (id) => {
        const index = this.subscribers.findIndex(({ subscriber }) => subscriber === id);
        if (index !== -1) this.subscribers.splice(index, 1);
      },
    };
  }

  subscriberOf = (address: string): Subscriber | undefined =>
    this.subscribers.find(({ subscriber }) => subscriber === subscriberId(address));
}
