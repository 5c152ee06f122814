import { rmSync } from 'node:fs';
import { allRows, Lake, queryDataset } from '../../client/index.ts';
import { collectedKey } from '../../lambdas/contracts/delivery-id.ts';
import { dropAndIngest } from '../support/drops.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { pulledLake } from '../support/pulled-lake.ts';

/** What collectors brought: the client gives the newest value of each record, with filters of its own. */

const article = (id: string, ticker: string, polarity: string, more: object = {}) => ({
  ticker,
  provider: 'finnhub',
  id,
  published: `2020-01-0${id}T23:30:00Z`,
  headline: `=News ${id}`,
  polarity,
  subjectivity: '1',
  finance: polarity,
  ...more,
});

let folder = '';
let lake: Lake;
beforeAll(async () => {
  const world = new MemoryWorld();
  const add = (dataset: string, date: string, ...records: object[]) =>
    dropAndIngest(
      world,
      collectedKey(dataset, 'finnhub', date),
      records.map((one) => `${JSON.stringify(one)}\n`).join(''),
      `${date}T23:00:00Z`,
    );
  await add('news', '2020-01-02', article('1', 'A', '0.5'), article('2', 'A', '-0.5'), article('3', 'B', '0'));
  await add('news', '2020-01-03', article('2', 'A', '0.9'));
  const value = (date: string, of: string) => ({
    series: 'UNRATE',
    provider: 'fred',
    date,
    value: of,
    vintage: '2020-01-02',
  });
  await add('macro', '2020-01-02', value('2019-11-01', '3.5'), value('2019-12-01', '-0.25'));
  await add('macro', '2020-01-03', { ...value('2019-12-01', '3.4'), vintage: '2020-01-03' });
  await add(
    'policy',
    '2020-01-03',
    { type: 'fomc', provider: 'fed', date: '2031-01-29', title: 'Decision' },
    { type: 'press', provider: 'fed', date: '2020-01-03', title: 'Minutes' },
  );
  folder = await pulledLake(world);
  lake = new Lake({ folder });
});
afterAll(async () => {
  await lake.close();
  rmSync(folder, { recursive: true, force: true });
});

async function found(name: string, query: Parameters<typeof queryDataset>[2], ...columns: string[]): Promise<string[]> {
  const rows = await queryDataset(lake, name, query);
  const at = columns.map((column) => rows.columns.findIndex((one) => one.name === column));
  return (await allRows(rows)).map((row) => at.map((i) => row[i]).join(' '));
}

test('the newest row of a record counts', async () => {
  expect(await found('news', {}, 'id', 'polarity')).toEqual(['1 0.5', '2 0.9', '3 0']);
  expect(await found('macro', {}, 'date', 'value', 'vintage')).toEqual([
    '2019-11-01 3.5 2020-01-02',
    '2019-12-01 3.4 2020-01-03',
  ]);
  expect(await found('news', { delivery: 'news/finnhub/2020-01-02.incremental' }, 'id', 'polarity')).toEqual([
    '1 0.5',
    '2 -0.5',
    '3 0',
  ]);
});

test('news are filtered by mood, ticker and the day on which they were published', async () => {
  expect(await found('news', { sentiment: 'positive' }, 'id')).toEqual(['1', '2']);
  expect(await found('news', { sentiment: 'neutral' }, 'id')).toEqual(['3']);
  expect(await found('news', { tickers: ['A'], from: '2020-01-02', to: '2020-01-02' }, 'id')).toEqual(['2']);
  await expect(found('news', { sentiment: 'negative' }, 'id')).rejects.toThrow('No row of news is like this');
});

test('series and types are filtered by name, also in the future', async () => {
  expect(await found('macro', { series: ['UNRATE'], from: '2019-12-01' }, 'value')).toEqual(['3.4']);
  expect(await found('policy', { types: ['fomc'] }, 'date')).toEqual(['2031-01-29']);
  await expect(found('policy', { series: ['UNRATE'] }, 'date')).rejects.toThrow(
    'The dataset policy has no filter --series',
  );
});
