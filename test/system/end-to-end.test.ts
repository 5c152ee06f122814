import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { deliveriesTable } from '../../lambdas/adapters/deliveries-table.ts';
import { dropFile } from '../../local/app/drop-file.ts';
import type { Endpoints } from '../../local/app/endpoints.ts';
import { settled } from '../../local/app/settled.ts';
import { subscribe } from '../../local/app/subscribers.ts';
import { clientFor } from '../../local/engine/client-options.ts';
import { EXAMPLE_HISTORY, EXAMPLE_INCREMENTAL } from '../support/deliveries.ts';
import { LocalStack } from '../support/local-stack.ts';
import { Store } from '../support/store.ts';

const MARKET = join(import.meta.dirname, '../../../shared/market');
const SAMPLES = join(import.meta.dirname, '../../samples');

jest.setTimeout(180_000);

const stack = new LocalStack();
let endpoints: Endpoints;
let store: Store;

const start = async () => {
  endpoints = await stack.start('--empty', '--enforce-iam');
  store = new Store(endpoints);
};
beforeAll(start);
afterAll(async () => {
  store.close();
  await stack.stop();
});

async function leaseTo(owner: string, delivery: string): Promise<void> {
  const client = new DynamoDBClient(clientFor(endpoints.dynamodb));
  const key = `${delivery.replace('.', '_')}.csv`;
  await deliveriesTable(client, endpoints.resources['Prices-Deliveries'] ?? '').replace(undefined, {
    delivery,
    state: 'received',
    revision: '00',
    file: { bucket: endpoints.dropBucket, key, etag: 'none', size: 1 },
    upload: { key, droppedAt: '2018-12-31T21:00:00.000Z' },
    profile: 0,
    knownAt: '2018-12-31T21:00:00.000Z',
    changedAt: '2018-12-31T21:00:01.000Z',
    unfinished: ['00'],
    lease: { owner, until: Date.now() + 600_000 },
  });
  client.destroy();
}

test('a history and an incremental file, from upload to inbox', async () => {
  await subscribe(endpoints, 'example@example.com', ['Ticker-1', 'Ticker-3'], { window: 365 });
  await store.drop('2023-04-01_history.csv', EXAMPLE_HISTORY);
  await settled(endpoints);
  await store.drop('2023-04-02_incremental.csv', EXAMPLE_INCREMENTAL);
  await settled(endpoints);

  const prices = await store.current();
  expect([...prices.values()].flat()).toHaveLength(9);
  expect(prices.get('Ticker-3')?.map(({ close }) => close)).toEqual(['105', '114', '105']);

  const deliveries = await store.deliveries();
  expect(deliveries.map(({ delivery, state }) => `${delivery} ${state}`).sort()).toEqual([
    '2023-04-01.history applied',
    '2023-04-02.incremental applied',
  ]);
  const reports = await Promise.all(
    deliveries.map(async ({ report }) => JSON.parse((await store.record(String(report))).toString())),
  );
  expect(reports.reduce((sum, { rows }) => sum + rows.accepted, 0)).toBe(11);
  const history = reports.find(({ delivery }) => delivery === '2023-04-01.history');
  expect(history).toMatchObject({
    rows: { quarantined: 1 },
    problems: [{ line: 8, column: 'Closing Val', found: '"-50"' }],
  });
  expect(gunzipSync(await store.record(history.quarantine)).toString()).toContain('Ticker-Bad1,-50,2023-04-01');

  const mails = await store.mailsTo('example@example.com');
  expect(mails.map(({ subject }) => subject)).toEqual([
    'Ticker-1 100.00, Ticker-3 105.00 (1,110.00 is suspect) · close of 1 Apr 2023',
    'Ticker-3 −7.9 %, Ticker-1 −5.0 % · close of 2 Apr 2023',
  ]);
  expect(mails.map(({ pictures }) => pictures)).toEqual([2, 2]);
  expect(await store.textOf(mails[1]?.id ?? '')).toContain('Ticker-3, 1 Apr 2023: 1,110.00 → 114.00');
});

test('the same file again changes nothing and sends no mail', async () => {
  const before = await store.mails();
  await store.drop('2023-04-02_incremental.csv', EXAMPLE_INCREMENTAL);
  await settled(endpoints);
  expect(await store.mails()).toEqual(before);
  expect(stack.output).toContain('already handled');
});

test('a file that is uploaded in parts is ingested', async () => {
  const rows = `ticker,close,date\n${'PARTS,1,2023-04-03\n'.repeat(300_000)}`;
  await store.dropInParts('parts/2023-04-03_history.csv', [rows, 'PARTS,2,2023-04-02\n']);
  await settled(endpoints);
  const closes = (await store.current()).get('PARTS')?.map(({ date, close }) => `${date} ${close}`);
  expect(closes).toEqual(['2023-04-02 2', '2023-04-03 1']);
});

test('a bad file is rejected with its reason, and raises the alarm of the template', async () => {
  await store.drop('2023-04-03_incremental.csv', 'ticker:close:date:action\n');
  await settled(endpoints);
  const rejected = (await store.deliveries()).find(({ delivery }) => delivery === '2023-04-03.incremental');
  expect(rejected?.state).toBe('rejected');
  expect(stack.output).toMatch(/rejected.*2023-04-03\.incremental.* · line 1, column "ticker": expected a header/);
  expect(stack.output).toMatch(/ALARM.*A vendor file was rejected/);
});

test('killed under load it continues at the next start: each subscriber gets each mail once', async () => {
  const addresses = Array.from({ length: 12 }, (_, i) => `subscriber-${i}@example.com`);
  for (const address of addresses) await subscribe(endpoints, address, ['AAPL', 'MSFT', 'KO'], { window: 30 });
  await dropFile(endpoints, join(SAMPLES, '2019-12-31_history.csv'));
  await leaseTo('a killed invocation', '2018-12-31.history');
  store.close();
  await stack.kill();
  await start();
  await store.drop('2018-12-31_history.csv', 'ticker,close,date\nLEASED,47.35,2018-12-31\n');
  await settled(endpoints);
  expect((await store.current()).get('LEASED')).toHaveLength(1);
  for (const address of addresses)
    expect({ address, mails: (await store.mailsTo(address)).length }).toEqual({ address, mails: 1 });
  expect((await store.current()).get('AAPL')?.at(-1)).toMatchObject({ date: '2019-12-31', close: '293.65' });
});

const hasMarket = existsSync(MARKET);
if (!hasMarket) console.log(`skipped: the market files, because ${MARKET} does not exist`);

(hasMarket ? test : test.skip)(
  'five years of 482 companies and seven daily files, shuffled, fold into the expected prices',
  async () => {
    await subscribe(endpoints, 'market@example.com', ['AAPL', 'GE'], { window: 90 });
    const files = readdirSync(MARKET).filter((name) => /_(history|incremental)\.csv/.test(name));
    const shuffled = files.toSorted((a, b) =>
      a.split('').reverse().join('') < b.split('').reverse().join('') ? -1 : 1,
    );
    for (const file of [...shuffled.slice(3), ...shuffled.slice(0, 3)]) await dropFile(endpoints, join(MARKET, file));
    await settled(endpoints);

    const prices = await store.current();
    const [, ...expected] = readFileSync(join(MARKET, 'expected_2020-01-10.csv'), 'utf8').trim().split('\n');
    for (const line of expected) {
      const [ticker = '', count, first, last, close, sum] = line.split(',');
      const observations = prices.get(ticker) ?? [];
      const found = [
        ticker,
        String(observations.length),
        observations[0]?.date,
        observations.at(-1)?.date,
        observations.at(-1)?.close,
      ];
      expect(found).toEqual([ticker, count, first, last, close]);
      // The sums in the file are rounded to cents.
      const millionths = observations.reduce((total, { close: value }) => total + Math.round(Number(value) * 1e6), 0);
      expect(Math.abs(millionths / 1e6 - Number(sum))).toBeLessThan(0.00501);
    }
    expect(prices.get('ZVZZT') ?? []).toEqual([]);
    expect((await store.mailsTo('market@example.com')).length).toBeGreaterThanOrEqual(1);
  },
);

test('Ctrl-C ends it cleanly', async () => {
  expect(await stack.stop()).toBe(0);
});
