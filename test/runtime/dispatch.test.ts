import fc from 'fast-check';
import { handle } from 'hono/aws-lambda';
import { apiApp } from '../../lambdas/api/app.ts';
import { chartsApp } from '../../lambdas/charts/app.ts';
import { routeKey } from '../../lambdas/contracts/api/route.ts';
import { ROUTES } from '../../lambdas/contracts/routes.ts';
import { Scope } from '../../lambdas/contracts/scopes.ts';
import { API_NOW, API_SETTINGS, ApiWorld, eventOf } from '../support/api-world.ts';
import { dropAndIngest } from '../support/drops.ts';

/** The route that API Gateway matched, and whose scope it checked, is the route that answers: a path is never parsed twice. */

const FILE = 'ticker,close,date,action\nAAPL,101,2020-01-10,I\n';
const MALLORY = {
  sub: '1',
  email: 'mallory@example.com',
  email_verified: 'true',
  iat: API_NOW / 1000,
  scope: Scope.subscriptions,
};

/** A world that records the calls that only operators, or `DELETE /me`, may cause. */
async function watched() {
  const world = new ApiWorld();
  await dropAndIngest(world, '2020-01-10_incremental.csv', FILE);
  const forbidden: string[] = [];
  const ports = world.apiPorts();
  const record =
    <A extends unknown[], R>(what: string, call: (...args: A) => R) =>
    (...args: A): R => {
      forbidden.push(what);
      return call(...args);
    };
  const guarded = {
    ...ports,
    deliveries: {
      get: record('deliveries.get', ports.deliveries.get),
      all: record('deliveries.all', ports.deliveries.all),
    },
    records: {
      get: record('records.get', ports.records.get),
      list: ports.records.list,
      putNew: record('records.putNew', ports.records.putNew),
    },
    commands: { send: record('commands.send', ports.commands.send) },
    subscribers: {
      ...ports.subscribers,
      invite: record('subscribers.invite', ports.subscribers.invite),
      erase: record('subscribers.erase', ports.subscribers.erase),
    },
  };
  return { world, forbidden, apps: { api: apiApp(guarded, API_SETTINGS), charts: chartsApp(ports, API_SETTINGS) } };
}

type Given = { route: (typeof ROUTES)[number]; parameters: Record<string, string>; rawPath: string; token?: object };

async function answer(
  { route, parameters, rawPath, token = MALLORY }: Given,
  { apps }: Awaited<ReturnType<typeof watched>>,
) {
  const event = eventOf(
    { route: { key: routeKey(route) }, parameters },
    { method: route.method, rawPath, query: '', headers: {}, body: '', token },
  );
  return (await handle(apps[route.handler] as never)(event as never, {} as never)) as {
    statusCode: number;
    headers: Record<string, string>;
  };
}

test.each([
  ['GET /tickers/{ticker}/prices', '..\\deliveries#', '/tickers/..\\deliveries#/prices'],
  [
    'GET /tickers/{ticker}/prices',
    '..\\deliveries\\2020-01-10.incremental#',
    '/tickers/..\\deliveries\\2020-01-10.incremental#/prices',
  ],
  ['DELETE /subscriptions/{ticker}', '..\\me#', '/subscriptions/..\\me#'],
  ['GET /tickers/{ticker}/prices', '..', '/tickers/../prices'],
  ['GET /tickers/{ticker}/chart.png', '..?', '/tickers/..?/chart.png'],
])('%s with the name %s is not answered by another route', async (key, ticker, rawPath) => {
  const route = ROUTES.find((one) => routeKey(one) === key);
  if (!route) throw new Error(`Expected the route ${key}.`);
  const watch = await watched();
  const { statusCode } = await answer({ route, parameters: { ticker }, rawPath }, watch);
  // Unfollowing a ticker that is not followed is no error.
  expect([statusCode, watch.forbidden]).toEqual([route.method === 'DELETE' ? 204 : 404, []]);
  expect(watch.world.erasedAccounts).toEqual([]);
});

const hostileName = fc
  .array(
    fc.constantFrom(
      ...[
        '..',
        '.',
        '/',
        '\\',
        '%2F',
        '%2f',
        '%5C',
        '%252F',
        '%252e%252e',
        '%2e',
        '#',
        '%23',
        '?',
        '%3F',
        ';',
        '%00',
        '\u0000',
      ],
      ...['%c0%ae', '%c0%af', '%e0%80%ae', '\ud800', '\u2215', '//', '://', '@', ' ', '+', '%', '%zz'],
      ...[
        'me',
        'deliveries',
        'subscribers',
        'openapi.json',
        '2020-01-10.incremental',
        'revoke',
        'AAPL',
        'prices',
        'https:',
      ],
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

test("no name leads a subscriber to an operator's route, or to their own erasure", async () => {
  const own = ROUTES.filter(({ scope, path }) => scope === Scope.subscriptions && path !== '/me');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...own), hostileName, async (route, name) => {
      const watch = await watched();
      const rawPath = route.path.replace(/\{\w+\}/g, () => name);
      const { statusCode } = await answer({ route, parameters: { ticker: name }, rawPath }, watch);
      // What was collected of a ticker is read from fixed deliveries.
      const allowed = route.path.endsWith('/facts') ? ['deliveries.get', 'records.get'] : [];
      const forbidden = watch.forbidden.filter((call) => !allowed.includes(call));
      expect({ name, forbidden, erased: watch.world.erasedAccounts }).toEqual({
        name,
        forbidden: [],
        erased: [],
      });
      expect(statusCode).toBeLessThan(500);
    }),
    { numRuns: 600 },
  );
});

test.each(ROUTES.filter(({ scope }) => scope).map((route) => [routeKey(route), route] as const))(
  '%s checks its scope too',
  async (_key, route) => {
    const other = route.scope === Scope.operations ? Scope.subscriptions : Scope.operations;
    for (const scope of [other, '', `${route.scope}x`, `x${route.scope}`]) {
      const watch = await watched();
      const given = { route, parameters: { ticker: 'AAPL', id: 'x' }, rawPath: '/', token: { ...MALLORY, scope } };
      expect([(await answer(given, watch)).statusCode, watch.forbidden]).toEqual([403, []]);
    }
  },
);

test.each(ROUTES.map((route) => [routeKey(route), route] as const))('%s has security headers', async (_key, route) => {
  const token = { ...MALLORY, scope: Object.values(Scope).join(' ') };
  const { headers } = await answer(
    { route, parameters: { ticker: 'AAPL', id: 'x' }, rawPath: '/', token },
    await watched(),
  );
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'strict-transport-security': 'max-age=31536000',
    'cache-control': expect.stringMatching(route.path.startsWith('/tickers') ? /no-store|no-cache/ : /^no-store$/),
  });
});

test.each([
  ['scope', 'openid closing-bell/subscriptions'],
  ['scp', '[closing-bell/subscriptions]'],
  ['scp', '[openid closing-bell/subscriptions email]'],
  ['scp', ['closing-bell/subscriptions']],
])('a scope is found in the claim %s: %j', async (claim, value) => {
  const route = ROUTES.find((one) => routeKey(one) === 'GET /me');
  if (!route) throw new Error('Expected GET /me.');
  const { scope: _scope, ...claims } = MALLORY;
  const given = { route, parameters: {}, rawPath: '/', token: { ...claims, [claim]: value } };
  expect((await answer(given, await watched())).statusCode).toBe(200);
});

test('an id that is too long is a 404', async () => {
  const route = ROUTES.find((one) => routeKey(one) === 'GET /deliveries/{id}');
  if (!route) throw new Error('Expected GET /deliveries/{id}.');
  const token = { ...MALLORY, scope: Scope.operations };
  const { statusCode } = await answer(
    { route, parameters: { id: 'x'.repeat(3_000) }, rawPath: '/', token },
    await watched(),
  );
  expect(statusCode).toBe(404);
});
