import { hash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pricesView } from '../../datasets/prices-view.ts';
import { parseDeliveryId } from '../../lambdas/contracts/delivery-id.ts';
import { lakeDelivery } from '../../lambdas/domain/lake/lake-delivery.ts';
import { dropFile } from '../../local/app/drop-file.ts';
import type { Endpoints } from '../../local/app/endpoints.ts';
import { settled } from '../../local/app/settled.ts';
import { LocalStack } from '../support/local-stack.ts';
import { pythonWithEngines, runPython } from '../support/python.ts';
import { Store } from '../support/store.ts';

/** Other engines read what a running stack wrote to the lake: every close, to the last digit, now and as of each delivery. */

const MARKET = join(import.meta.dirname, '../../../shared/market');
const SAMPLES = join(import.meta.dirname, '../../samples');
const FILES = existsSync(MARKET) ? MARKET : SAMPLES;

jest.setTimeout(400_000);

const python = pythonWithEngines();
const stack = new LocalStack();
let endpoints: Endpoints;
let store: Store;

beforeAll(async () => {
  endpoints = await stack.start('--empty');
  store = new Store(endpoints);
  const files = readdirSync(FILES).filter((name) => /_(history|incremental)\.csv/.test(name));
  const shuffled = files.toSorted((a, b) => (hash('md5', a) < hash('md5', b) ? -1 : 1));
  for (const file of [...shuffled, ...shuffled.slice(0, 2)]) await dropFile(endpoints, join(FILES, file));
  await settled(endpoints);
  await store.command('revoke', '2020-01-08_incremental.csv');
  await settled(endpoints);
  await store.command('replay', '2020-01-08_incremental.csv');
  await store.command('revoke', '2020-01-09_incremental.csv');
  await settled(endpoints);
});
afterAll(async () => {
  store.close();
  await stack.stop();
});

const summaryOf = (lines: readonly string[]) => ({
  count: lines.length,
  hash: hash('sha256', lines.toSorted(byBytes).join('\n')),
});
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What the prices table says, now and as of each delivery. */
async function expected(deliveries: readonly string[]) {
  const found: Record<string, object> = { current: summaryOf(await store.prices()) };
  for (const delivery of deliveries) {
    const { fileDate } = parseDeliveryId(delivery);
    found[lakeDelivery(delivery, '').precedence] = summaryOf(await store.prices(fileDate));
  }
  return found;
}

type Answer = { pyiceberg: object; duckdb: object; written?: string[]; duck: string[] };

function readLake(asOf: readonly string[], write = false): Answer {
  const view = pricesView((table) => `lake.silver.${table}`);
  const question = { catalog: endpoints.lake, s3: endpoints.s3, view, asOf, write };
  return runPython(python ?? '', join(import.meta.dirname, 'read_lake.py'), question) as Answer;
}

(python ? test : test.skip)('pyiceberg and DuckDB read every close, now and as of each delivery', async () => {
  const deliveries = (await store.deliveries()).map(({ delivery }) => delivery).sort();
  const prices = await expected(deliveries);
  expect(deliveries.length).toBe(8);
  const { pyiceberg, duckdb } = readLake(Object.keys(prices).filter((name) => name !== 'current'));
  expect(pyiceberg).toEqual(prices);
  expect(duckdb).toEqual(prices);
});

(python ? test : test.skip)('DuckDB inserts and merges, and the lake goes on after it', async () => {
  expect(readLake([], true).duck).toEqual(['2.5']);
  await store.command('revoke', '2020-01-08_incremental.csv');
  await settled(endpoints);
  const { pyiceberg, duckdb, duck } = readLake([]);
  const { current } = await expected([]);
  const withDuck = { ...current, count: Number(Reflect.get(current ?? {}, 'count')) + 1, hash: expect.any(String) };
  expect({ pyiceberg, duckdb, duck }).toEqual({
    pyiceberg: { current: withDuck },
    duckdb: { current: withDuck },
    duck: ['2.5'],
  });
  expect(await store.deadLetters()).toBe(0);
});
