import { gunzipSync } from 'node:zlib';
import { keyIn } from '../../lambdas/adapters/api-keys.ts';
import type { ProviderName } from '../../lambdas/contracts/collect.ts';
import { CollectWorld, FRIDAY } from '../support/collect-world.ts';

/** Providers that are down, slow, used up or hostile: what could be fetched is, and the run says what is missing. */

const FILE = 'polygon/2025-03-07_incremental.csv';
const DAY_MS = 86_400_000;
const prices = (subjects: string[], provider: ProviderName = 'polygon') => ({
  provider,
  dataset: 'prices' as const,
  subjects,
});

describe('a provider', () => {
  test('that is down is not asked for everything', async () => {
    const world = new CollectWorld();
    world.fault = () => ({ status: 503, body: '' });
    const tickers = Array.from({ length: 100 }, (_, i) => `T${i}`);
    const record = await world.run({ ...prices(tickers), settings: { perMinute: 6_000 } });
    expect(record).toMatchObject({ state: 'failed', missingCount: 100 });
    expect(record.requests).toBeLessThan(30);
    expect(world.events).toEqual([]);
  });

  test('whose quota is used up is asked again by the next run', async () => {
    const world = new CollectWorld();
    const tickers = Array.from({ length: 30 }, (_, i) => `T${String(i).padStart(2, '0')}`);
    const record = await world.run(prices(tickers, 'alpha-vantage'));
    expect(record).toMatchObject({ state: 'partial', missingCount: 5, quotaLeft: 0, requests: 25 });
    expect(record.missing[0]).toMatchObject({ subject: 'T25', fault: 'quota' });
    world.now = FRIDAY + DAY_MS;
    const next = await world.run(prices(tickers.slice(25), 'alpha-vantage'));
    expect(next).toMatchObject({ state: 'success', quotaLeft: 20 });
    expect(new Set(world.rows('alpha-vantage/2025-03-07_incremental.csv').map(({ ticker }) => ticker)).size).toBe(30);
  });

  test('that asks to come later is asked later', async () => {
    const world = new CollectWorld();
    let busy = 2;
    world.fault = () => (busy-- > 0 ? { status: 429, body: '', headers: { 'retry-after': '7' } } : undefined);
    const record = await world.run({ ...prices(['AAPL']), settings: { concurrency: 1 } });
    expect(record).toMatchObject({ state: 'success', retries: 2 });
    expect(world.now - FRIDAY).toBeGreaterThanOrEqual(14_000);
  });

  test.each([
    ['another host', 'https://evil.example/v2/next', 'another host, evil.example'],
    ['an address without TLS', 'http://api.massive.com/v2/next', 'another host, api.massive.com'],
    ['the page itself', 'self', 'leads back to itself'],
    ['no address', 'x', 'that is none'],
  ])('that names %s as its next page is not followed', async (_what, next, said) => {
    const world = new CollectWorld();
    world.fault = (request) => {
      if (!request.path.includes('/AAPL/')) return undefined;
      const url = `https://${request.host}${request.path}?${request.query}`;
      return {
        status: 200,
        body: JSON.stringify({ ...JSON.parse(world.right(request).body), next_url: next === 'self' ? url : next }),
      };
    };
    const record = await world.run(prices(['AAPL']));
    expect(record.missing[0]?.message).toContain(said);
    expect(world.asked.some((url) => url.includes('evil'))).toBe(false);
    // What came before is kept, and withdraws nothing.
    expect(record.state).toBe('partial');
    expect(world.rows(FILE)).toHaveLength(6);
  });

  test('without a key fails, with where it goes', async () => {
    const world = new CollectWorld();
    const ports = { ...world.ports(), keys: { of: async () => undefined } };
    const record = await world.run(prices(['AAPL']), ports);
    expect(record).toMatchObject({ state: 'failed', requests: 0, missing: [{ subject: 'AAPL', fault: 'auth' }] });
    expect(record.missing[0]?.message).toContain('Expected the key of Polygon, found none.');
    await expect(world.run({ provider: 'ny-fed', dataset: 'news' })).rejects.toThrow(
      'expected macro from New York Fed, found news',
    );
  });
});

test.each([
  ['as it is', 'a-secret/key+0123456789'],
  ['with a line break of an editor', 'abcdef-0123456789\n'],
  ['in an address', "it's(a)secret!~0123456789"],
  ['in JSON', 'a"secret\\0123456789'],
])('a key that a provider repeats %s is kept nowhere', async (_what, key) => {
  const world = new CollectWorld();
  world.fault = ({ query }) => ({
    status: 200,
    body: JSON.stringify({
      Information: `Your key ${query.get('apikey')}, ${new URLSearchParams(query)}: 25 requests per day`,
    }),
  });
  const keys = { of: async () => keyIn(key, 'alpha-vantage') };
  const record = await world.run(prices(['AAPL'], 'alpha-vantage'), { ...world.ports(), keys });
  expect(record.missing[0]).toMatchObject({ fault: 'quota' });
  const kept = [...world.world.records.values()].map((bytes) =>
    (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString(),
  );
  const text = JSON.stringify([kept, [...world.runs.records.values()]]);
  for (const form of [
    key.trim(),
    encodeURIComponent(key.trim()),
    String(new URLSearchParams({ k: key.trim() })).slice(2),
  ])
    expect(text).not.toContain(JSON.stringify(JSON.stringify(form).slice(1, -1)).slice(1, -1));
});

test('a slow pace that no invocation can hold ends all the same', async () => {
  const world = new CollectWorld();
  const tickers = Array.from({ length: 60 }, (_, i) => `T${i}`);
  const record = await world.run({ ...prices(tickers), settings: { perMinute: 3 } });
  expect(record).toMatchObject({ state: 'success', subjects: 60 });
});

test('a run that takes longer than an invocation is handed on, and asks nothing twice', async () => {
  const world = new CollectWorld();
  const tickers = Array.from({ length: 120 }, (_, i) => `T${String(i).padStart(3, '0')}`);
  const record = await world.run(prices(tickers));
  expect(record).toMatchObject({ state: 'success', subjects: 120, requests: 121 });
  expect(new Set(world.asked).size).toBe(world.asked.length);
  // Five requests a minute.
  expect((world.now - FRIDAY) / 60_000).toBeGreaterThan(23);
  expect(world.hops).toBeGreaterThan(1);
});
