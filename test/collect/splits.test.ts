import type { VendorAnswer, VendorRequest } from '../../local/vendors/vendor.ts';
import { CollectWorld, FRIDAY } from '../support/collect-world.ts';

/** Providers that divide old closes by later splits: whatever they say about splits, no close is stored on a wrong scale. */

const DAY_MS = 86_400_000;
const PROVIDERS = ['yahoo', 'fmp'] as const;
type Adjusted = (typeof PROVIDERS)[number];

const fileOf = (provider: string, date = '2025-03-07') => `${provider}/${date}_incremental.csv`;
const run = (
  world: CollectWorld,
  provider: Adjusted | 'polygon',
  more: { from?: string; to?: string; at?: string } = {},
) => world.run({ provider, dataset: 'prices', subjects: ['AAPL'], ...more });

const withSplit = (date: string, ratio: number): CollectWorld => {
  const world = new CollectWorld();
  world.vendors.splits.set('AAPL', { date, ratio });
  return world;
};

/** What Polygon has, which is raw. */
async function rawCloses(date: string, ratio: number): Promise<Map<string, string>> {
  const world = withSplit(date, ratio);
  await run(world, 'polygon', { from: '2025-02-03', to: '2025-03-07' });
  return new Map(world.rows('polygon/2025-03-07_history.csv.gz').map((row) => [row.date, row.close]));
}

function expectRaw(world: CollectWorld, key: string, raw: Map<string, string>): void {
  for (const { date, close, action } of world.rows(key))
    if (action === 'I') expect(Math.abs(Number(close) / Number(raw.get(date)) - 1)).toBeLessThan(0.001);
}

/** Changes the splits in an answer. */
const splitsAs =
  (change: (split: object) => object[]) =>
  (world: CollectWorld) =>
  (request: VendorRequest): VendorAnswer | undefined => {
    const answer = world.right(request);
    if (request.path === '/stable/splits')
      return { ...answer, body: JSON.stringify(JSON.parse(answer.body).flatMap(change)) };
    if (!request.path.startsWith('/v8/')) return undefined;
    const json = JSON.parse(answer.body);
    const splits = Object.values<object>(json.chart.result[0].events?.splits ?? {}).flatMap(change);
    json.chart.result[0].events = { splits: Object.fromEntries(splits.map((split, i) => [i, split])) };
    return { ...answer, body: JSON.stringify(json) };
  };

describe.each(PROVIDERS)('%s', (provider) => {
  test.each([3, 4, 7, 10, 0.1])('a split of %d between two runs corrects nothing', async (ratio) => {
    const world = withSplit('2025-03-10', ratio);
    world.vendors.splits.clear();
    const raw = new CollectWorld();
    await run(raw, 'polygon');
    await run(world, provider);
    const before = world.rows(fileOf(provider));
    world.vendors.splits.set('AAPL', { date: '2025-03-10', ratio });
    world.now = FRIDAY + 3 * DAY_MS;
    await run(world, provider);
    // The vendor's closes before the split are those of old shares: only the new session is new.
    const held = new Map(before.map(({ date, close }) => [date, close]));
    const old = world.rows(fileOf(provider, '2025-03-10')).filter(({ date }) => date < '2025-03-10');
    for (const { date, close } of old)
      expect(Math.abs(Number(close) / (Number(held.get(date)) * ratio) - 1)).toBeLessThan(0.001);
  });

  test('a split that is only announced changes nothing', async () => {
    const [announced, plain] = [new CollectWorld(), new CollectWorld()];
    announced.fault = splitsAs(() => [])(announced);
    announced.fault = (request) => {
      if (request.path === '/stable/splits')
        return { status: 200, body: JSON.stringify([{ date: '2025-03-20', numerator: 4, denominator: 1 }]) };
      return undefined;
    };
    await run(announced, provider);
    await run(plain, provider);
    expect(announced.rows(fileOf(provider))).toEqual(plain.rows(fileOf(provider)));
  });

  test.each<[string, (split: object) => object[]]>([
    ['has no ratio', (split) => [{ ...split, numerator: null }]],
    ['divides by zero', (split) => [{ ...split, denominator: 0 }]],
    ['is no number', (split) => [{ ...split, numerator: 'four' }]],
  ])('where a split %s, only the last session is written', async (_what, change) => {
    const world = withSplit('2025-03-06', 4);
    world.fault = splitsAs(change)(world);
    const record = await run(world, provider);
    expect(record).toMatchObject({ state: 'partial', missing: [{ fault: 'shape' }] });
    expect(world.rows(fileOf(provider)).map(({ date }) => date)).toEqual(['2025-03-07']);
  });

  test('a range that ends before a split that is not known writes nothing', async () => {
    const world = withSplit('2025-03-06', 4);
    world.fault = splitsAs(() => [{ date: 1 }])(world);
    await run(world, provider, { from: '2025-02-03', to: '2025-03-05' });
    expect([...world.world.objects.keys()]).toEqual([]);
  });

  test('a range of the past is raw', async () => {
    const world = withSplit('2025-03-06', 4);
    await run(world, provider, { from: '2025-02-03', to: '2025-03-05' });
    const key = `${provider}/2025-03-05_history.csv.gz`;
    expect(world.rows(key).length).toBeGreaterThan(15);
    expectRaw(world, key, await rawCloses('2025-03-06', 4));
  });

  test('a run that is asked days later is raw too', async () => {
    const world = withSplit('2025-03-10', 4);
    const at = new Date(FRIDAY).toISOString();
    world.now = FRIDAY + 4 * DAY_MS;
    await run(world, provider, { at });
    expectRaw(world, fileOf(provider), await rawCloses('2025-03-10', 4));
  });

  test('a split that the provider moves is on its new date only', async () => {
    const world = withSplit('2025-03-05', 4);
    await run(world, provider);
    world.vendors.splits.set('AAPL', { date: '2025-03-06', ratio: 4 });
    world.now += 60_000;
    await run(world, provider);
    const splits = world.rows(fileOf(provider)).filter(({ split }) => split !== '');
    expect(splits.map(({ date }) => date)).toEqual(['2025-03-06']);
  });
});
