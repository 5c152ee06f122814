import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { apiApp } from '../../lambdas/api/app.ts';
import { openApi } from '../../lambdas/api/openapi.ts';
import { chartsApp } from '../../lambdas/charts/app.ts';
import { routeKey } from '../../lambdas/contracts/api/route.ts';
import { ROUTES } from '../../lambdas/contracts/routes.ts';
import { follow, withExamples } from '../support/api-examples.ts';
import { API_SETTINGS, ApiWorld } from '../support/api-world.ts';

test('the apps answer every route of the contract, and no other', () => {
  const world = new ApiWorld();
  const answered = [apiApp(world.apiPorts(), API_SETTINGS), chartsApp(world.apiPorts(), API_SETTINGS)]
    .flatMap(({ routes }) => routes)
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  expect([...new Set(answered)].sort()).toEqual(
    // A GET handler answers HEAD too.
    ROUTES.filter(({ method }) => method !== 'HEAD')
      .map(routeKey)
      .sort(),
  );
});

test('openapi.json is up to date (npm run openapi)', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../..', file), 'utf8'));
  expect(JSON.parse(JSON.stringify(openApi(read('package.json').version)))).toEqual(read('lambdas/api/openapi.json'));
});

test('the API is described as OpenAPI and as a page', async () => {
  const world = await withExamples();
  expect(Object.keys((await (await world.ask('/openapi.json')).json()).paths)).toContain('/me');
  expect(await (await world.ask('/docs')).text()).toContain('/subscriptions/{ticker}');
});

test('an unknown route is a 404', async () => {
  expect((await (await withExamples()).ask('/nothing')).status).toBe(404);
});

test('an unexpected error is a 500 without details, and is reported', async () => {
  const world = await withExamples();
  const ports = {
    ...world.apiPorts(),
    tickers: { ...world.apiPorts().tickers, all: () => Promise.reject(new Error('secret detail')) },
  };
  const response = await world.ask('/tickers', { app: apiApp(ports, API_SETTINGS) });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret');
  expect(world.unexpected.map(({ message }) => message)).toEqual(['secret detail']);
});

test('no input causes a 500', async () => {
  const world = await withExamples();
  await follow(world, 'Ticker-1');
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('Ticker-1', '2023-04-01', '', '../..', '__proto__', '=1+1', '1e400', '\u0000', '%', '%E0%A4%A'),
  );
  const body = fc.oneof(
    fc.json(),
    text,
    fc
      .record({
        theme: fc.anything(),
        window: fc.anything(),
        pausedUntil: text,
        address: text,
        tickers: fc.array(fc.record({ ticker: text })),
      })
      .map((value) => JSON.stringify(value) ?? ''),
  );
  const request = fc.record({
    route: fc.constantFrom(...ROUTES),
    part: text,
    query: fc.dictionary(
      fc.constantFrom('from', 'to', 'asOf', 'versions', 'search', 'after', 'limit', 'window', 'theme', 'token'),
      text,
    ),
    body,
    encode: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ route, part, query, body: sent, encode }) => {
      const filled = encode ? encodeURIComponent(part.toWellFormed()) : part.replace(/[^\w%.-]/g, '_');
      const path = route.path.replace(/\{\w+\}/g, () => filled || 'x');
      const wellFormed = Object.entries(query).map(([name, value]) => [name, value.toWellFormed()]);
      const response = await world.ask(`${path}?${new URLSearchParams(Object.fromEntries(wellFormed))}`, {
        method: route.method,
        ...(!['GET', 'HEAD'].includes(route.method) && { body: sent }),
      });
      expect(world.unexpected).toEqual([]);
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 600 },
  );
});
