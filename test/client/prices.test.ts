import { rmSync } from 'node:fs';
import * as fc from 'fast-check';
import { allRows, Lake, prices, queryDataset, sql } from '../../client/index.ts';
import { rsi } from '../../lambdas/domain/indicators/rsi.ts';
import { folded } from '../../lambdas/domain/prices/fold.ts';
import { adjusted, declaredSplits } from '../../lambdas/domain/prices/splits.ts';
import { dropAndIngest } from '../support/drops.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { pulledLake } from '../support/pulled-lake.ts';

/** What the client answers equals what the API folds: every close, now and as of each delivery, raw and adjusted, under all names. */

const TICKERS = ['A', 'B', 'C'];
const DATES = ['2019-12-30', '2020-01-02', '2020-01-09', '2020-01-31', '2020-02-03'];
const DELIVERIES = [
  '2020-01-10_history',
  '2020-01-10_incremental',
  '2020-02-03_incremental',
  'eu/2020-02-03_incremental',
];

const aRow = fc
  .tuple(
    fc.constantFrom(...TICKERS),
    fc.constantFrom(...DATES),
    fc.integer({ min: 1, max: 999_999 }),
    fc.constantFrom('I', 'I', 'I', 'D'),
  )
  .map(([ticker, date, close, action]) => `${ticker},${close / 100},${date},${action}`);
const aRetirement = fc.constantFrom(...TICKERS).map((ticker) => `${ticker},,,D`);
const aFile = fc
  .tuple(
    fc.constantFrom(...DELIVERIES),
    fc.array(fc.oneof({ weight: 9, arbitrary: aRow }, aRetirement), { minLength: 4, maxLength: 15 }),
  )
  .map(([name, rows]) => {
    const own = name.includes('history') ? rows.filter((row) => row.endsWith(',I')) : rows;
    return { key: `${name}.csv`, content: `ticker,close,date,action\n${own.join('\n')}\n` };
  });
const aDeclaration = fc
  .constantFrom('S,A,2020-01-09,4', 'S,B,2020-02-03,0.1', 'R,B,2020-01-31,A', 'R,D,2020-02-03,C')
  .map((row) => ({ key: 'declared/2020-02-04_incremental.csv', content: `action,ticker,date,value\n${row}\n` }));
const someFiles = fc.array(fc.oneof({ weight: 4, arbitrary: aFile }, aDeclaration), { minLength: 1, maxLength: 6 });

async function worldOf(files: readonly { key: string; content: string }[]): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  for (const [i, { key, content }] of files.entries())
    await dropAndIngest(world, key, content, new Date(Date.parse('2020-03-02T12:00:00Z') + i * 60_000).toISOString());
  return world;
}

/** `A 2020-01-02 1.5 0.375 delivery`, sorted: of each identity once. */
function expected(world: MemoryWorld, asOf?: string): string[] {
  const identities = new Map(
    [...TICKERS, 'D'].map((name) => folded(name, world.current(name), asOf)).map((one) => [one.ticker, one]),
  );
  return [...identities.values()]
    .flatMap(({ ticker, observations }) => {
      const scaled = adjusted(observations, declaredSplits(observations));
      return observations.map(
        ({ date, close, delivery }, i) => `${ticker} ${date} ${close} ${scaled[i]?.close} ${delivery}`,
      );
    })
    .sort();
}

async function found(lake: Lake, asOf?: string, from?: string): Promise<string[]> {
  try {
    const rows = await allRows(await prices(lake, { asOf, from }));
    return rows
      .map(([ticker, date, , , , close, , scaled, delivery]) => `${ticker} ${date} ${close} ${scaled} ${delivery}`)
      .sort();
  } catch (error) {
    if (String(error).includes('There is no close')) return [];
    throw error;
  }
}

async function withLake<T>(world: MemoryWorld, use: (lake: Lake) => Promise<T>): Promise<T> {
  const folder = await pulledLake(world);
  const lake = new Lake({ folder });
  try {
    return await use(lake);
  } finally {
    await lake.close();
    rmSync(folder, { recursive: true });
  }
}

test('the client folds like the API, after any files and declarations', async () => {
  await fc.assert(
    fc.asyncProperty(someFiles, async (files) => {
      const world = await worldOf(files);
      await withLake(world, async (lake) => {
        expect(await found(lake)).toEqual(expected(world));
        const range = expected(world).filter((line) => (line.split(' ')[1] ?? '') >= '2020-01-31');
        expect(await found(lake, undefined, '2020-01-31')).toEqual(range);
        for (const date of ['2020-01-10', '2020-02-03']) expect(await found(lake, date)).toEqual(expected(world, date));
      });
    }),
    { numRuns: Number(process.env['SEQUENCES'] ?? 25) },
  );
}, 240_000);

test('the view prices adjusts what is split, as the API does', async () => {
  const days = ['2020-01-06', '2020-01-07', '2020-01-08', '2020-01-09'];
  const rows = days.map((date, i) => `A,${i < 2 ? 400 + i : 100 + i},${date}\nB,${50 + i},${date}`);
  const world = await worldOf([
    { key: '2020-01-09_history.csv', content: `ticker,close,date\n${rows.join('\n')}\n` },
    {
      key: 'declared/2020-01-10_incremental.csv',
      content: 'action,ticker,date,value\nS,A,2020-01-08,4\nS,B,2020-01-08,2\n',
    },
  ]);
  await withLake(world, async (lake) => {
    const view = await allRows(
      await sql(lake, 'select ticker, date, round(adjusted_close, 9) from prices order by 1, 2'),
    );
    const own = await allRows(await prices(lake, {}));
    // B did not show its split.
    expect(view.map(([, , close]) => close)).toEqual([100, 100.25, 102, 103, 50, 51, 52, 53]);
    expect(own.map((row) => Number(row[7]))).toEqual(view.map(([, , close]) => close));
  });
});

test('indicators begin before the range, so that they are not cut short', async () => {
  const days = Array.from({ length: 60 }, (_, i) =>
    new Date(Date.parse('2020-01-01') + i * 86_400_000).toISOString().slice(0, 10),
  );
  const closes = days.map((_, i) => 100 + 10 * Math.sin(i));
  const rows = days.map((date, i) => `A,${closes[i]?.toFixed(6)},${date}`);
  const world = await worldOf([{ key: '2020-02-29_history.csv', content: `ticker,close,date\n${rows.join('\n')}\n` }]);
  await withLake(world, async (lake) => {
    const answer = await prices(lake, { tickers: ['A'], from: '2020-02-28', indicators: ['rsi14', 'sma50', 'macd'] });
    const [first = []] = await allRows(answer);
    expect(answer.columns.map(({ name }) => name).slice(-5)).toEqual([
      'rsi14',
      'sma50',
      'macd',
      'macd_signal',
      'macd_histogram',
    ]);
    const at = days.indexOf('2020-02-28');
    expect(first.at(-5)).toBeCloseTo(rsi(closes.map((close) => Number(close.toFixed(6))))[at] ?? 0, 9);
    expect(first.slice(-5).every((value) => typeof value === 'number')).toBe(true);
  });
});

test.each([
  [{ tickers: ['APPL'] }, 'The lake has no ticker APPL. Is it AAPL?'],
  [{ tickers: ['AAPL'], from: '2021-01-01' }, 'There is no close of AAPL from 2021-01-01 to the last.'],
  [{ from: '2020-02-01', to: '2020-01-01' }, 'the first is after the last'],
  [{ asOf: '2020-01-09.incremental' }, 'The lake has no delivery 2020-01-09.incremental.'],
  [{ asOf: 'yesterday' }, 'Expected a date like 2020-01-10 or a delivery'],
  [{ indicators: ['vwap'] }, 'Expected indicators of smaN, rsiN, macd'],
])('%j is refused with a sentence', async (query, sentence) => {
  const world = await worldOf([
    { key: '2020-01-10_history.csv', content: 'ticker,close,date\nAAPL,310.33,2020-01-10\n' },
  ]);
  await withLake(world, async (lake) => {
    await expect(prices(lake, query).then(allRows)).rejects.toThrow(sentence);
  });
});

test('two queries of one lake at once do not disturb each other', async () => {
  const rows = Array.from({ length: 6_000 }, (_, i) => `T${i % 3_000},${i + 1},2020-01-${i < 3_000 ? '09' : '10'}`);
  const world = await worldOf([{ key: '2020-01-10_history.csv', content: `ticker,close,date\n${rows.join('\n')}\n` }]);
  await withLake(world, async (lake) => {
    const answers = await Promise.all([
      prices(lake, {}),
      prices(lake, { scale: 'raw' }),
      queryDataset(lake, 'observations', {}),
    ]);
    const counts = await Promise.all(answers.map(async (answer) => (await allRows(answer)).length));
    expect(counts).toEqual([6_000, 6_000, 6_000]);
  });
});

test('as of a delivery, and as of a snapshot that never was', async () => {
  const world = await worldOf([
    { key: '2020-01-09_incremental.csv', content: 'ticker,close,date,action\nAAPL,309.63,2020-01-09,I\n' },
    { key: '2020-01-10_incremental.csv', content: 'ticker,close,date,action\nAAPL,309.7,2020-01-09,U\n' },
  ]);
  const folder = await pulledLake(world);
  const closeOf = async (lake: Lake, asOf?: string) =>
    (await allRows(await prices(lake, { asOf }))).map((row) => row[5]);
  const lake = new Lake({ folder });
  expect([
    await closeOf(lake, '2020-01-09.incremental'),
    await closeOf(lake, '2020-01-10.incremental'),
    await closeOf(lake),
  ]).toEqual([['309.63'], ['309.7'], ['309.7']]);
  const { snapshots } = (await lake.table('price_versions')).metadata;
  const earlier = new Lake({ folder }, { snapshot: String(snapshots[0]?.['snapshot-id']) });
  expect(await closeOf(earlier)).toEqual(['309.63']);
  // Each table of a revision is read as that revision left it.
  const { snapshots: ends } = (await lake.table('quality')).metadata;
  const sameRevision = new Lake({ folder }, { snapshot: String(ends[0]?.['snapshot-id']) });
  expect(await closeOf(sameRevision)).toEqual(['309.63']);
  expect(await allRows(await queryDataset(sameRevision, 'observations', {}))).toHaveLength(1);
  await sameRevision.close();
  const never = new Lake({ folder }, { snapshot: '5' });
  await expect(closeOf(never)).rejects.toThrow('Snapshot 5 has expired, was not pulled, or never was.');
  for (const one of [lake, earlier, never]) await one.close();
  rmSync(folder, { recursive: true });
});
