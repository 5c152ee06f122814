import { rmSync } from 'node:fs';
import { Lake, quality } from '../../client/index.ts';
import { command, drop, dropAndIngest, ingest } from '../support/drops.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { pulledLake } from '../support/pulled-lake.ts';

/** 6 to 10 January 2020 are five sessions; 20 January is a holiday. */
const file = (...rows: string[]) => `ticker,close,date,action\n${rows.join('\n')}\n`;
const days = ['2020-01-06', '2020-01-07', '2020-01-08', '2020-01-09', '2020-01-10'];

async function worldOf(...files: [string, string][]): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  for (const [key, content] of files) await dropAndIngest(world, key, content);
  return world;
}

async function qualityOf(world: MemoryWorld, query: Parameters<typeof quality>[1], today = '2020-01-10') {
  const folder = await pulledLake(world);
  const lake = new Lake({ folder });
  try {
    return await quality(lake, query, today);
  } finally {
    await lake.close();
    rmSync(folder, { recursive: true });
  }
}

const week = days.map((date): [string, string] => [`${date}_incremental.csv`, file(`A,1,${date},I`, `B,2,${date},I`)]);

test('a complete week', async () => {
  const found = await qualityOf(await worldOf(...week), { from: '2020-01-06' });
  expect(found).toMatchObject({
    to: '2020-01-10',
    freshness: { lastClose: '2020-01-10', sessionsBehind: 0 },
    completeness: { tickers: 2, expected: 10, found: 10, share: 1 },
    gaps: [],
    deliveries: { applied: 5 },
  });
});

test('a day that most tickers lack, a ticker that stopped, and one that was retired', async () => {
  const world = await worldOf(
    ...week.slice(0, 4),
    ['2020-01-10_incremental.csv', file('B,2,2020-01-10,I', 'C,3,2020-01-10,I', 'C,3,2020-01-06,I')],
    ['2020-01-13_incremental.csv', file('C,,,D', 'B,2,2020-01-13,I')],
  );
  const found = await qualityOf(world, { from: '2020-01-06', to: '2020-01-13' }, '2020-01-13');
  expect(found.gaps).toEqual([{ ticker: 'A', missing: 2, first: ['2020-01-10', '2020-01-13'] }]);
  expect(found.completeness).toEqual({ tickers: 2, expected: 12, found: 10, share: 10 / 12 });
});

test('one stray close does not make the prices fresh', async () => {
  const world = await worldOf(...week, ['2020-01-21_incremental.csv', file('NEW,1,2020-01-21,I')]);
  const found = await qualityOf(world, {}, '2020-01-21');
  // Monday 20 January is a holiday.
  expect(found.freshness).toEqual({ lastClose: '2020-01-10', sessionsBehind: 6 });
  expect(found.completeness.share).toBeLessThan(0.5);
});

test('without active tickers nothing is complete, and an override changes the calendar', async () => {
  const world = await worldOf(...week.slice(0, 3));
  expect((await qualityOf(world, {}, '2021-06-01')).completeness).toEqual({
    tickers: 0,
    expected: 0,
    found: 0,
    share: 0,
  });
  const overrides = { NYSE: { '2020-01-09': 'holiday', '2020-01-10': 'holiday' } } as const;
  expect((await qualityOf(world, { from: '2020-01-06', overrides })).completeness.share).toBe(1);
});

test('of a ticker that was renamed, sessions are expected under the name that it has then', async () => {
  const world = await worldOf(
    ...week.slice(0, 3),
    ['2020-01-09_incremental.csv', file('NEW,1,2020-01-09,I', 'B,2,2020-01-09,I')],
    ['2020-01-10_incremental.csv', file('NEW,1,2020-01-10,I', 'B,2,2020-01-10,I')],
    ['declared/2020-01-10_incremental.csv', 'action,ticker,date,value\nR,NEW,2020-01-09,A\n'],
  );
  expect((await qualityOf(world, { from: '2020-01-06' })).completeness).toMatchObject({ expected: 10, found: 10 });
});

test('of each delivery the newest revision counts', async () => {
  const world = await worldOf([
    '2020-01-10_incremental.csv',
    file('A,1,2020-01-10,I', 'B,1,2020-01-10,I', 'C,1,2020-01-10,I', 'D,1,2020-01-10,I', 'A,x,2020-01-10,I'),
  ]);
  await ingest(world, command(world, '2020-01-10.incremental', 'revoke'));
  await ingest(world, command(world, '2020-01-10.incremental', 'replay', '2020-01-11T20:00:00Z'));
  await ingest(world, drop(world, '2020-01-09_incremental.csv', 'nonsense\n'));
  const found = await qualityOf(world, {});
  expect(found.deliveries).toEqual({ applied: 1, rejected: 1 });
  expect(Object.values(found.quarantined)).toEqual([1]);
});
