import { docsPage } from '../../lambdas/api/docs/docs-page.ts';
import { ROUTES_DESCRIBED } from '../../lambdas/api/docs/route-section.ts';
import { routeKey } from '../../lambdas/contracts/api/route.ts';
import { sampleOf } from '../../lambdas/contracts/api-sample.ts';
import { ROUTES } from '../../lambdas/contracts/routes.ts';
import { API_SETTINGS } from '../support/api-world.ts';

const routes = ROUTES.filter(({ method }) => method !== 'HEAD').map((route) => ({ route, key: routeKey(route) }));
const describedAs = (key: string) => {
  const found = ROUTES_DESCRIBED.find(({ method, path }) => `${method} ${path}` === key);
  if (!found) throw new Error(`${key} is not described.`);
  return found;
};

test.each(routes.filter(({ route }) => route.body))('$key: the body of the example is valid', ({ route, key }) => {
  const schema = describedAs(key).operation.requestBody?.content['application/json'].schema ?? {};
  expect(route.body?.safeParse(sampleOf(schema)).error?.issues ?? []).toEqual([]);
});

test.each(routes.filter(({ route }) => route.answer))('$key: the example is a valid answer', ({ route, key }) => {
  const { content = {} } = describedAs(key).operation.responses[route.status ?? 200] ?? {};
  const schema = content[route.type ?? 'application/json']?.schema ?? {};
  expect(route.answer?.safeParse(sampleOf(schema, { isWhole: true })).error?.issues ?? []).toEqual([]);
});

test('every link of the page leads to an element of it, and no id is used twice', async () => {
  const page = String(await docsPage(API_SETTINGS));
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids.length).toBe(new Set(ids).size);
  const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(targets.length).toBeGreaterThan(routes.length);
  expect(targets.filter((id) => !ids.includes(id))).toEqual([]);
});
