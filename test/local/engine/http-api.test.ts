import { App, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Route } from '../../../lambdas/contracts/api/route.ts';
import { ROUTES } from '../../../lambdas/contracts/routes.ts';
import { Scope } from '../../../lambdas/contracts/scopes.ts';
import { ClosingBellStack } from '../../../lib/closing-bell-stack.ts';
import type { LocalFunction } from '../../../local/engine/functions.ts';
import { httpApi, startHttpApi } from '../../../local/engine/http-api.ts';
import { resolver } from '../../../local/engine/intrinsics.ts';
import type { Listening } from '../../../local/engine/listening.ts';
import type { Template as LocalTemplate } from '../../../local/engine/template.ts';
import { startTestIssuer, type TestIssuer } from '../../support/issuer.ts';

/** The gateway of the local stage's template, with functions that return their event. */
const WEB = 'http://127.0.0.1:4705';
let issuer: TestIssuer;
let api: Listening;

beforeAll(async () => {
  issuer = await startTestIssuer();
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new ClosingBellStack(app, 'ClosingBell', {
    platform: 'this-machine',
    mailDomain: 'example.com',
    webUrl: WEB,
    signIn: { issuer: issuer.url, audience: 'closing-bell', clientId: 'page' },
    operators: [],
    maxRejectedShare: 0.2,
    suspectMove: 0.5,
    concurrency: { deliveries: 2, refreshed: 2, events: 2, reports: 2, planned: 2, mails: 2 },
    keepsData: true,
    logRetention: RetentionDays.ONE_WEEK,
    fanOut: { timeout: Duration.minutes(5) },
    sesTimeout: Duration.seconds(10),
    sesRateShare: 1,
    requireTls: true,
    collectors: [],
    vendors: [],
    mailSenders: [],
    feeds: [],
    calendarOverrides: {},
    claimRetryAfter: Duration.hours(1),
  });
  const { Resources } = Template.fromStack(stack).toJSON();
  const resources = Object.fromEntries(
    Object.entries(Resources as LocalTemplate['resources']).map(([id, { Type, Properties = {}, Metadata = {} }]) => [
      id,
      { Type, Properties, Metadata },
    ]),
  );
  const template: LocalTemplate = { stack: 'ClosingBell', resources, assetFolder: () => '' };
  const echo = (id: string): LocalFunction => ({
    name: id,
    invoke: async (event) => ({ statusCode: 200, body: JSON.stringify(event) }),
    stop: async () => undefined,
  });
  const functions = new Map(
    Object.entries(resources)
      .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
      .map(([id]) => [id, echo(id)]),
  );
  const server = await startHttpApi(0);
  server.serve(httpApi(template, resolver(template, { sqs: 'http://127.0.0.1:1', api: server.url }), functions));
  api = server;
});
afterAll(async () => {
  await api.stop();
  await issuer.stop();
});

const ask = (path: string, init: RequestInit = {}) => fetch(`${api.url}${path}`, init);
const call = (route: Route, token?: string) =>
  ask(route.path.replace(/\{\w+\}/, 'x'), {
    method: route.method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
const named = (routes: readonly Route[]) => routes.map((route) => [`${route.method} ${route.path}`, route] as const);
const guarded = ROUTES.filter(({ scope }) => scope);

describe.each(named(guarded))('%s', (_name, route) => {
  const other = route.scope === Scope.operations ? Scope.subscriptions : Scope.operations;

  test('answers 401 without a token, or if it is forged, foreign, for another audience or expired', async () => {
    const scope = route.scope;
    const forged = (await issuer.token({ scope })).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const bad = [
      undefined,
      '',
      'nonsense',
      forged.slice(0, -8),
      await issuer.token({ scope }, { issuer: 'https://elsewhere.example.com' }),
      await issuer.token({ scope }, { audience: 'another-api' }),
      await issuer.token({ scope }, { expires: '-1m' }),
    ];
    expect(await Promise.all(bad.map(async (token) => (await call(route, token)).status))).toEqual(bad.map(() => 401));
  });

  test('forbids a token with another scope, or without one, like an ID token', async () => {
    const wrong = await Promise.all([{ scope: other }, { scope: 'openid' }, {}].map((claims) => issuer.token(claims)));
    expect(await Promise.all(wrong.map(async (token) => (await call(route, token)).status))).toEqual([403, 403, 403]);
  });

  test('passes the claims of the caller', async () => {
    const event = await (
      await call(route, await issuer.token({ scope: `openid ${route.scope}`, email: 'ada@example.com' }))
    ).json();
    expect(event.routeKey).toBe(`${route.method} ${route.path}`);
    expect(event.requestContext.authorizer.jwt.claims).toMatchObject({ email: 'ada@example.com', sub: 'account-1' });
  });
});

test.each(named(ROUTES.filter(({ scope }) => !scope)))('%s needs no token', async (_name, route) => {
  expect((await call(route)).status).toBe(200);
});

test('only the origin of the page is allowed', async () => {
  const preflight = (origin: string) =>
    ask('/me', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } });
  expect((await preflight(WEB)).headers.get('access-control-allow-origin')).toBe(WEB);
  expect((await preflight('https://evil.example.com')).headers.get('access-control-allow-origin')).toBeNull();
});

test('a path is decoded once before it is matched', async () => {
  const token = await issuer.token({ scope: Scope.subscriptions });
  const headers = { authorization: `Bearer ${token}` };
  const statusOf = async (path: string) => (await ask(path, { headers })).status;
  const routeOf = async (path: string) => (await (await ask(path, { headers })).json()).routeKey;
  expect(await routeOf('/tickers/BRK%2FB/prices')).toBe('GET /{proxy+}');
  expect((await (await ask('/tickers/BRK%252FB/prices', { headers })).json()).rawPath).toBe('/tickers/BRK%2FB/prices');
  expect([await statusOf('/tickers/%ff/prices'), await routeOf('/nothing')]).toEqual([400, 'GET /{proxy+}']);
});
