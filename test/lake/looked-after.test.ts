import { observations } from '../../datasets/observations.ts';
import { priceVersions } from '../../datasets/price-versions.ts';
import { quarantine } from '../../datasets/quarantine.ts';
import { LakeTable } from '../../lambdas/adapters/iceberg/lake-table.ts';
import { partitionOf } from '../../lambdas/adapters/iceberg/partition.ts';
import type { Dataset } from '../../lambdas/contracts/dataset.ts';
import { lookAfter } from '../../lambdas/lake/daily.ts';
import { retain } from '../../lambdas/lake/retain.ts';
import { dropAndIngest } from '../support/drops.ts';
import { bring, lakePorts, reportKeys } from '../support/lakes.ts';
import { MemoryLake } from '../support/memory/lake.ts';
import { MemoryWorld } from '../support/memory-world.ts';

const file = (...rows: string[]) => `ticker,close,date,action\n${rows.join('\n')}\n`;
const keptFor = (dataset: Dataset, days: number): Dataset => ({
  ...dataset,
  retention: { ...dataset.retention, days },
});
const LATER = Date.parse('2030-01-01T00:00:00Z');

async function worldOf(...files: [key: string, content: string, time?: string][]): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  for (const [key, content, time] of files) await dropAndIngest(world, key, content, time);
  return world;
}

async function broughtIn(world: MemoryWorld): Promise<MemoryLake> {
  const lake = new MemoryLake();
  for (const key of reportKeys(world)) await bring(lakePorts(world, lake), key);
  return lake;
}

describe('the daily message', () => {
  test('sends again what is not in the lake, and nothing else', async () => {
    const world = await worldOf(
      ['2020-01-09_incremental.csv', file('A,1,2020-01-09,I')],
      ['2020-01-10_incremental.csv', file('A,2,2020-01-10,I')],
      ['2020-01-13_incremental.csv', 'nonsense\n'],
      ['not a name.csv', 'nonsense\n'],
    );
    const lake = new MemoryLake();
    const sent: string[] = [];
    const ports = {
      ...lakePorts(world, lake),
      hints: { send: async (keys: readonly string[]) => void sent.push(...keys) },
    };
    const [first = ''] = reportKeys(world);
    await bring(ports, first);
    await lookAfter(ports, LATER);
    expect(sent.toSorted()).toEqual(reportKeys(world).slice(1).sort());
    for (const key of sent.splice(0)) await bring(ports, key);
    expect(await lookAfter(ports, LATER)).toEqual({ missing: [], dropped: [] });
  });

  test('leaves what was decided within the last hour: its event is on its way', async () => {
    const world = await worldOf(['2020-01-10_incremental.csv', file('A,2,2020-01-10,I')]);
    const changed = Date.parse([...world.deliveries.values()][0]?.changedAt ?? '');
    const missingAt = async (now: number) => (await lookAfter(lakePorts(world, new MemoryLake()), now)).missing.length;
    expect([await missingAt(changed + 3_599_000), await missingAt(changed + 3_601_000)]).toEqual([0, 1]);
  });

  test('a revision whose rows were never kept is named once, with what to do', async () => {
    const world = await worldOf(['2020-01-10_incremental.csv', file('A,2,2020-01-10,I')]);
    for (const key of world.records.keys()) if (key.endsWith('rows.csv.gz')) world.records.delete(key);
    const lake = new MemoryLake();
    const [key = ''] = reportKeys(world);
    const broughtIn = await bring(lakePorts(world, lake), key);
    expect(broughtIn?.lost).toContain('npm run replay -- --aws 2020-01-10.incremental');
    expect((await lookAfter(lakePorts(world, lake), LATER)).missing).toEqual([]);
  });
});

describe('retention', () => {
  test('drops whole partitions, and a late file never brings them back', async () => {
    const world = await worldOf(
      ['2020-01-10_history.csv', 'ticker,close,date\nA,1,2019-11-29\nA,2,2019-12-31\nA,3,2020-01-10\n'],
      ['2020-02-03_incremental.csv', file('A,4,2020-02-03,I')],
    );
    const lake = await broughtIn(world);
    const dates = async () => (await lake.rows('silver.price_versions')).map(({ date }) => date);
    const files = async () => (await lake.rows('bronze.observations')).map(({ file_date }) => file_date);
    // 60 days before 10 February are 12 December: December is kept whole.
    expect(await retain(lake.ports(), keptFor(priceVersions, 60), '2020-02-10')).toBe(true);
    expect(await retain(lake.ports(), keptFor(observations, 20), '2020-02-10')).toBe(true);
    const kept = [['2019-12-31', '2020-01-10', '2020-02-03'], ['2020-02-03']];
    expect([await dates(), await files()]).toEqual(kept);
    await dropAndIngest(
      world,
      '2020-01-10_history.csv',
      'ticker,close,date\nA,1.5,2019-11-29\nA,2,2019-12-31\nA,3,2020-01-10\n',
    );
    for (const key of reportKeys(world)) await bring(lakePorts(world, lake), key);
    expect([await dates(), await files()]).toEqual(kept);
    expect(await retain(lake.ports(), keptFor(priceVersions, 60), '2020-02-11')).toBe(false);
  });
});

test('another engine may join the files of revisions: repeated events add nothing', async () => {
  const world = await worldOf([
    '2020-01-10_incremental.csv',
    file('A,1,2020-01-10,I', 'B,1,2020-01-10,I', 'C,1,2020-01-10,I', 'D,1,2020-01-10,I', 'A,x,2020-01-10,I'),
  ]);
  await dropAndIngest(
    world,
    '2020-01-10_incremental.csv',
    file('A,1,2020-01-10,I', 'B,1,2020-01-10,I', 'C,1,2020-01-10,I', 'D,1,2020-01-10,I', 'B,y,2020-01-10,I'),
  );
  const lake = await broughtIn(world);
  const before = await lake.content();
  const table = await LakeTable.load(lake.ports(), quarantine);
  const files = await table.files();
  const rows = await table.rows(files);
  expect(rows).toHaveLength(2);
  const added = await table.write(partitionOf(quarantine.partition, rows[0] ?? {}), [rows]);
  // Other engines shorten bounds of text.
  const shortened = added.map((one) => ({
    ...one,
    lower_bounds: one.lower_bounds?.map(({ key, value }) => ({ key, value: value.slice(0, 8) })) ?? null,
  }));
  expect(await table.commit({ removed: files, added: shortened, summary: {} })).toBe(true);
  for (const key of reportKeys(world)) await bring(lakePorts(world, lake), key);
  expect(await lake.content()).toEqual(before);
});

test('odd tickers and file names reach the lake, and leave it', async () => {
  const world = await worldOf(
    ['2020-01-10_incremental.csv', file('__proto__,5,2020-01-09,I', 'constructor,6,2020-01-08,I', 'A,1,2019-12-30,I')],
    ['1800-01-01_history.csv', 'ticker,close,date\nA,1,1799-12-31\n', '2020-01-10T21:00:00Z'],
  );
  const lake = await broughtIn(world);
  const tickers = async () => (await lake.rows('silver.price_versions')).map(({ ticker }) => ticker).sort();
  expect(await tickers()).toEqual(['A', '__proto__', 'constructor']);
  await dropAndIngest(world, '2020-01-10_incremental.csv', file('A,1,2019-12-30,I', 'B,1,2019-12-30,I'));
  for (const key of reportKeys(world)) await bring(lakePorts(world, lake), key);
  expect(await tickers()).toEqual(['A', 'B']);
  expect(world.current('__proto__').every(({ rows }) => rows === '')).toBe(true);
  expect((await lake.rows('gold.quality')).map(({ delivery }) => delivery)).toContain('1800-01-01.history');
});

test('another engine may not know our counts of files: nothing is lost', async () => {
  const world = await worldOf(['2020-01-10_history.csv', 'ticker,close,date\nA,1,2019-12-30\n']);
  const lake = await broughtIn(world);
  // The list of manifests as Iceberg's Java library has written it.
  const table = lake.tables.get('silver.price_versions');
  const uri = String(table?.snapshots.at(-1)?.['manifest-list']);
  const bytes = Buffer.from(lake.objects.get(uri) ?? []);
  const renamed = Buffer.from(bytes.toString('latin1').replaceAll('_files_count', '_Files_count'), 'latin1');
  lake.objects.set(uri, renamed);
  for (const [i, day] of ['13', '14', '15'].entries()) {
    await dropAndIngest(world, `2020-01-${day}_incremental.csv`, file(`A,${i + 2},2020-01-${day},I`));
    for (const key of reportKeys(world)) await bring(lakePorts(world, lake), key);
  }
  expect((await lake.rows('silver.price_versions')).map(({ close }) => close).sort()).toEqual(['1', '2', '3', '4']);
});
