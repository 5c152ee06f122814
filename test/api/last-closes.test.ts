import fc from 'fast-check';
import { lastCloses } from '../../lambdas/api/last-closes.ts';
import { API_SETTINGS, ApiWorld } from '../support/api-world.ts';
import { dropAndIngest } from '../support/drops.ts';

/** The closes of a page of tickers, read together, equal those read one by one. */

const TICKERS = ['AA', 'BB', 'CC'];
const KEYS = [
  '2019-12-30_history.csv',
  '2019-12-31_incremental.csv',
  '2020-01-02_incremental.csv',
  'eu/2020-01-02_incremental.csv',
  '2020-01-03_incremental.csv',
];
const row = fc.record({
  ticker: fc.constantFrom(...TICKERS),
  close: fc.constantFrom('10', '10.5', '11', '100'),
  date: fc.constantFrom('2018-05-02', '2019-12-27', '2019-12-30', '2019-12-31', '2020-01-02', '2020-01-03'),
  action: fc.constantFrom('I', 'I', 'I', 'I', 'D', 'retire'),
});
const delivery = fc.record({ key: fc.constantFrom(...KEYS), rows: fc.array(row, { minLength: 1, maxLength: 6 }) });

test('together or one by one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 6 }), async (deliveries) => {
      const world = new ApiWorld();
      for (const { key, rows } of deliveries) {
        const lines = rows.map(({ ticker, close, date, action }) => {
          if (key.includes('history')) return `${ticker},${close},${date},I`;
          if (action === 'retire') return `${ticker},,,D`;
          return action === 'D' ? `${ticker},,${date},D` : `${ticker},${close},${date},I`;
        });
        await dropAndIngest(world, key, `ticker,close,date,action\n${lines.join('\n')}\n`);
      }
      const page = await lastCloses(world.apiPorts(), API_SETTINGS)(TICKERS);
      for (const ticker of TICKERS) {
        const alone = await lastCloses(world.apiPorts(), API_SETTINGS)([ticker]);
        expect({ ticker, ...page.get(ticker) }).toEqual({ ticker, ...alone.get(ticker) });
      }
    }),
    { numRuns: 300 },
  );
});

test('a page is cached for two seconds', async () => {
  const world = new ApiWorld();
  const header = 'ticker,close,date,action\n';
  const file = (close: number, date: string) => `${header}${TICKERS.map((t) => `${t},${close},${date},I\n`).join('')}`;
  await dropAndIngest(world, '2020-01-02_incremental.csv', file(10, '2020-01-02'));
  let now = 0;
  let reads = 0;
  const ports = world.apiPorts();
  const segmentsAt: typeof ports.prices.segmentsAt = (keys) => {
    reads++;
    return ports.prices.segmentsAt(keys);
  };
  const closesOf = lastCloses({ ...ports, prices: { ...ports.prices, segmentsAt }, now: () => now }, API_SETTINGS);
  for (now of [0, 500, 2_000]) expect((await closesOf(TICKERS)).get('AA')?.close).toBe('10');
  expect(reads).toBe(1);
  await dropAndIngest(world, '2020-01-03_incremental.csv', file(11, '2020-01-03'));
  now = 2_001;
  expect((await closesOf(TICKERS)).get('AA')?.close).toBe('11');
  expect(reads).toBe(2);
  expect(await closesOf([])).toEqual(new Map());
});
