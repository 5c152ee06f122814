import fc from 'fast-check';
import { lastCloses } from '../../lambdas/api/last-closes.ts';
import { API_SETTINGS, ApiWorld } from '../builders/api-world.ts';
import { dropAndIngest } from '../builders/drops.ts';

/** The closes of a page of tickers, read together, are those that each has by itself. */

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
