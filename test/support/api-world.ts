import type { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { declarationFiles } from '../../lambdas/adapters/declaration-files.ts';
import { apiApp } from '../../lambdas/api/app.ts';
import type { ApiPorts } from '../../lambdas/api/ports.ts';
import { chartsApp } from '../../lambdas/charts/app.ts';
import type { ChartsPorts } from '../../lambdas/charts/ports.ts';
import { routeKey } from '../../lambdas/contracts/api/route.ts';
import type { NewCollectRequest } from '../../lambdas/contracts/collect.ts';
import type { DeliveryCommand, DeliveryEvent } from '../../lambdas/contracts/delivery-event.ts';
import { QUEUE_NAMES } from '../../lambdas/contracts/queue-names.ts';
import { ROUTES } from '../../lambdas/contracts/routes.ts';
import { Scope } from '../../lambdas/contracts/scopes.ts';
import type { Subscriber } from '../../lambdas/contracts/subscriber.ts';
import { subscriberId } from '../../lambdas/contracts/subscriber-id.ts';
import type { FeedbackPorts } from '../../lambdas/feedback/record-feedback.ts';
import type { Http } from '../../lambdas/runtime/http/caller.ts';
import { decodedPath, type Route as GatewayRoute, type Match, match } from '../../local/engine/http-routes.ts';
import { streamOf } from './deliveries.ts';
import { drop } from './drops.ts';
import { MemoryRuns, memoryFiles } from './memory/collect.ts';
import { memoryDeliveries } from './memory/deliveries.ts';
import { memoryLedger } from './memory/ledger.ts';
import { memoryLimits, memoryTickers } from './memory/small.ts';
import { memorySubscribers } from './memory/subscribers.ts';
import { MemoryWorld } from './memory-world.ts';

/** Later than every delivery of these tests. */
export const API_NOW = Date.parse('2023-06-01T22:00:00Z');

export const API_SETTINGS = {
  suspectMove: 0.5,
  maxRejectedShare: 0.2,
  maxFileBytes: 10_000_000,
  sender: 'digest@example.com',
  webUrl: 'https://bell.example.com',
  apiUrl: 'https://api.example.com',
  collectors: [
    { provider: 'polygon', dataset: 'prices', role: 'primary', subjects: 2, schedule: '0 23 * * MON-FRI' },
  ] as const,
  feeds: [{ feed: 'eu', exchange: 'NYSE', due: '18:00', nextDay: false }] as const,
  calendarOverrides: {},
};

type ApiRequest = {
  method?: string;
  body?: unknown;
  as?: string | undefined;
  claims?: object;
  headers?: Record<string, string>;
  /** One app for several requests: it caches in memory. */
  app?: Hono<Http>;
};

/** A name in a path: API Gateway decodes it once before it matches, the app a second time. */
export const inPath = (name: string): string => encodeURIComponent(encodeURIComponent(name));

/** The routes as the gateway knows them. */
const GATEWAY: GatewayRoute[] = ROUTES.map((route) => ({
  key: routeKey(route),
  method: route.method,
  segments: route.path.split('/'),
  target: { name: route.handler, invoke: async () => undefined, stop: async () => undefined },
  scopes: route.scope ? [route.scope] : [],
}));

type Answer = { statusCode: number; headers: Record<string, string>; body: string; isBase64Encoded?: boolean };

/** The event that API Gateway gives a function. */
export const eventOf = (
  { route, parameters }: Pick<Match, 'parameters'> & { route: Pick<GatewayRoute, 'key'> },
  request: { method: string; rawPath: string; query: string; headers: object; body: string; token: object },
) => ({
  version: '2.0',
  routeKey: route.key,
  rawPath: request.rawPath,
  rawQueryString: request.query,
  pathParameters: parameters,
  headers: request.headers,
  body: request.body,
  isBase64Encoded: false,
  requestContext: {
    http: { method: request.method, path: request.rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
    authorizer: { jwt: { claims: request.token, scopes: [] } },
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

/** Both HTTP functions over a world in memory, behind an API Gateway that accepts any token. */
export class ApiWorld extends MemoryWorld {
  readonly erasedAccounts: string[] = [];
  readonly unexpected: Error[] = [];
  readonly commands: DeliveryCommand[] = [];
  /** Events of files of declarations, which ingest has not handled yet. */
  readonly uploads: DeliveryEvent[] = [];
  /** Files that operators uploaded to try them. */
  readonly tried = new Map<string, Buffer>();
  readonly limits = new Map<string, number>();
  readonly runs = new MemoryRuns();
  /** Runs of collectors that operators started. */
  readonly started: NewCollectRequest[] = [];
  /** Reasons of dead letters by the name of their queue. */
  readonly letters = new Map<string, string[]>();
  now = API_NOW;
  ids = 0;

  /** Calls a route as the owner of a mailbox. */
  async ask(
    path: string,
    { method = 'GET', body, as = 'ada@example.com', claims, headers = {}, app }: ApiRequest = {},
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
    const { handler } = ROUTES.find((route) => routeKey(route) === found.route.key) ?? {};
    const own = handler === 'charts' ? chartsApp(this.apiPorts(), API_SETTINGS) : apiApp(this.apiPorts(), API_SETTINGS);
    return responseOf((await handle((app ?? own) as never)(event as never, {} as never)) as Answer);
  }

  apiPorts(): ApiPorts & ChartsPorts {
    return {
      ...this.ports(),
      tickers: memoryTickers(this.tickers, this.declared, this.renames, this.companies),
      declarations: declarationFiles(
        memoryFiles(this.objects, (key, content) => {
          this.uploads.push(drop(this, key, content, new Date(this.now).toISOString()));
        }),
      ),
      uploads: {
        linkFor: async (key, { maxBytes, seconds }) => ({
          url: 'https://drop.example.com/',
          fields: { key, policy: `${maxBytes} ${seconds}` },
        }),
      },
      tried: {
        uploadUrl: async (id) => `https://uploads.example.com/${id}`,
        read: async (id) => {
          const bytes = this.tried.get(id);
          return bytes && { body: streamOf(bytes), size: bytes.length };
        },
      },
      commands: { send: async (sent) => void this.commands.push(sent) },
      runs: this.runs.port(),
      collect: { send: async (request) => void this.started.push(request) },
      queues: {
        names: QUEUE_NAMES,
        count: async (name) => ({ waiting: 0, inProgress: 0, deadLetters: this.letters.get(name)?.length ?? 0 }),
        redrive: async (name) => {
          const reasons = this.letters.get(name) ?? [];
          this.letters.delete(name);
          return reasons;
        },
      },
      deliveries: memoryDeliveries(this.deliveries),
      subscribers: memorySubscribers(this.subscribers),
      limits: memoryLimits(this.limits),
      accounts: { erase: async (account) => void this.erasedAccounts.push(account) },
      linkKeys: async () => ({ current: 'key' }),
      plotScripts: { library: '/* library */', own: '/* own */' },
      now: () => this.now,
      newId: () => `alert-${++this.ids}`,
      unexpected: (error) => void this.unexpected.push(error),
    };
  }

  feedbackPorts(): FeedbackPorts {
    return { ledger: memoryLedger(this.ledger, this.told), subscribers: memorySubscribers(this.subscribers) };
  }

  subscriberOf = (address: string): Subscriber | undefined =>
    this.subscribers.find(({ subscriber }) => subscriber === subscriberId(address));
}
