import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { allRows, Lake, prices, queryDataset } from '../../client/index.ts';
import type { RunRecord } from '../../lambdas/contracts/run-record.ts';
import type { Endpoints } from '../../local/app/endpoints.ts';
import { settled } from '../../local/app/settled.ts';
import { LocalStack } from '../support/local-stack.ts';
import { Store } from '../support/store.ts';

/** Collectors in a running stack: its schedules, its bundles and its recorded vendor; no key, and no internet. */

const ROOT = join(import.meta.dirname, '../..');
const stack = new LocalStack();
const folder = mkdtempSync(join(tmpdir(), 'closing-bell-collect-'));
let endpoints: Endpoints;
let store: Store;

beforeAll(async () => {
  endpoints = await stack.start('--empty', '--collect');
  store = new Store(endpoints);
}, 120_000);
afterAll(async () => {
  store.close();
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** `npm run collect`. */
async function collectCommand(args: string[], environment: Record<string, string> = {}, cwd = ROOT) {
  const command = [join(ROOT, 'bin/commands/collect.ts'), ...args, '--state', stack.state];
  const env = { ...process.env, ...environment };
  return promisify(execFile)(process.execPath, command, { cwd, env }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error) => ({ code: Number(error.code), text: `${error.stdout}${error.stderr}` }),
  );
}

test('schedules run at the start: prices are applied, and records are in the lake', async () => {
  for (let tries = 0; tries < 300 && (await store.deliveries()).length < 8; tries++) await sleep(200);
  await settled(endpoints);
  const deliveries = await store.deliveries();
  const feeds = deliveries.map(({ delivery }) => delivery.replace(/\/[^/]*$/, '')).sort();
  expect(feeds).toEqual(
    [
      'checks/fmp',
      'fundamentals/fmp',
      'macro/fred',
      'news/finnhub',
      'policy/federal-reserve',
      'polygon',
      'quotes/finnhub',
      'yahoo',
    ].sort(),
  );
  expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(['applied']));
  expect(await store.deadLetters()).toBe(0);
  const lake = new Lake({ state: stack.state }, { cache: join(folder, 'cache') });
  try {
    const closes = await allRows(await prices(lake, { tickers: ['META', 'TCS.NS'], scale: 'raw' }));
    expect(closes.length).toBeGreaterThanOrEqual(10);
    for (const [name, most] of [
      ['news', 4],
      ['macro', 60],
      ['policy', 2],
      ['quotes', 2],
      ['fundamentals', 18],
    ] as const) {
      const rows = await allRows(await queryDataset(lake, name, {}));
      expect([name, rows.length > 0 && rows.length <= most]).toEqual([name, true]);
    }
  } finally {
    await lake.close();
  }
}, 120_000);

test('a run by hand drops a file, writes JSON, and does nothing the second time', async () => {
  const args = [
    'polygon',
    '--tickers',
    'NFLX,T',
    '--from',
    '2025-03-03',
    '--to',
    '2025-03-07',
    '--recorded',
    '--per-minute',
    '6000',
  ];
  const first = await collectCommand([...args, '--json', folder]);
  expect(first).toMatchObject({ code: 0, text: expect.stringContaining('polygon/2025-03-07_history.csv.gz: written') });
  const bars = JSON.parse(readFileSync(join(folder, 'prices.json'), 'utf8'));
  expect(bars).toHaveLength(10);
  expect(bars[0]).toMatchObject({
    ticker: 'NFLX',
    instant: '2025-03-03T05:00:00.000Z',
    session: '2025-03-03',
    phase: 'regular',
    dayKind: 'regular',
    status: 'complete',
  });
  const run: RunRecord = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  expect(run).toMatchObject({ state: 'success', subjects: 2, rows: 10, by: 'operator' });
  expect((await collectCommand(args)).text).toContain('has all of it already');
  await settled(endpoints);
  expect((await store.prices()).filter((line) => line.startsWith('NFLX '))).toHaveLength(5);
}, 60_000);

test('without a key it says where the key goes; a file that others may read is refused', async () => {
  const missing = await collectCommand(['polygon', '--tickers', 'AAPL'], { POLYGON_API_KEY: '' });
  expect(missing).toMatchObject({ code: 1, text: expect.stringContaining('POLYGON_API_KEY') });
  writeFileSync(join(folder, '.env'), 'POLYGON_API_KEY=abc\n');
  chmodSync(join(folder, '.env'), 0o644);
  const refused = await collectCommand(['polygon', '--tickers', 'AAPL'], {}, folder);
  expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('chmod 600 .env') });
});

test.each([
  ['an unknown provider', ['nobody'], 'Expected a provider, found nobody'],
  ['no tickers', ['polygon'], 'Expected --tickers or --tickers-path, found none'],
  [
    'a bad date',
    ['polygon', '--tickers', 'A', '--from', '2025-13-01'],
    'Expected a date like 2025-03-07, found 2025-13-01',
  ],
  ['both ways of a range', ['polygon', '--tickers', 'A', '--from', '2025-03-03', '--backfill-days', '3'], 'found both'],
  ['a bad ticker', ['polygon', '--tickers', '=1+1'], 'Expected tickers, found "=1+1"'],
])('%s is refused with what to write', async (_what, args, said) => {
  expect(await collectCommand(args)).toMatchObject({ code: 1, text: expect.stringContaining(said) });
});

test('a dry run prints what it would ask, and asks nothing', async () => {
  const { code, text } = await collectCommand([
    'fmp',
    '--tickers-path',
    'config/sp500.csv',
    '--backfill-days',
    '1250',
    '--dry-run',
  ]);
  expect([code, text]).toEqual([0, expect.stringContaining('1002 requests to Financial Modeling Prep at 60 a minute')]);
  expect(text).toContain('5 days, since 250 a day are allowed');
});
