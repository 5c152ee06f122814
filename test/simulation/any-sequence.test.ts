import fc from 'fast-check';
import { aSubscriber } from '../support/subscribers.ts';
import { type Action, Oracle } from './oracle.ts';

// Random uploads, repeated uploads, removals, commands and changes of limits, with random faults and delays of fan-out, compared with the
// reference model.

const TICKERS = ['AAPL', 'MSFT', 'KO'];
const KEYS = [
  '2020-01-02_history.csv',
  '2020-01-03_incremental.csv',
  'eu/2020-01-03_incremental.csv',
  '2020-01-07_incremental.csv',
];
const SUBSCRIBERS = [
  aSubscriber({ address: 'ada@example.com', tickers: { AAPL: { window: 90 }, MSFT: { window: 30 } } }),
  aSubscriber({ address: 'bob@example.com', tickers: { KO: { window: 365 } } }),
  aSubscriber({ address: 'cyd@example.com', tickers: { AAPL: { window: 30 }, KO: { window: 30 } } }),
];
const SHARES = [0, 0.2, 0.5];

const row = fc.record({
  ticker: fc.constantFrom(...TICKERS),
  close: fc.constantFrom('10', '11', '12.5'),
  date: fc.constantFrom('2019-02-01', '2019-11-20', '2020-01-01', '2020-01-02'),
  action: fc.constantFrom('I', 'I', 'I', 'U', 'D', 'retire'),
});

/** With so many tickers that contradict themselves a file is rejected, which the reference model does not know. */
const MIN_DIFFERING = 3;

/** Tickers with two closes for one date. */
const contradicting = (rows: readonly { ticker: string; close: string; date: string }[]): number =>
  new Set(
    rows
      .filter(({ ticker, close, date }) =>
        rows.some((other) => other.ticker === ticker && other.date === date && other.close !== close),
      )
      .map(({ ticker }) => ticker),
  ).size;

const lineOf = (
  key: string,
  { ticker, close, date, action }: typeof row extends fc.Arbitrary<infer R> ? R : never,
): string => {
  if (key.includes('history')) return `${ticker},${close},${date},I`;
  if (action === 'retire') return `${ticker},,,D`;
  return action === 'D' ? `${ticker},,${date},D` : `${ticker},${close},${date},${action}`;
};

const action = fc
  .record({
    what: fc.constantFrom<Action['what']>(
      'drop',
      'drop',
      'drop',
      'drop',
      'again',
      'revoke',
      'replay',
      'remove',
      'limit',
    ),
    key: fc.constantFrom(...KEYS),
    rows: fc.array(row, { minLength: 1, maxLength: 6 }).filter((rows) => contradicting(rows) < MIN_DIFFERING),
    bad: fc.constantFrom(0, 0, 0, 1, 3),
    share: fc.constantFrom(...SHARES),
    fault: fc.record({
      kind: fc.constantFrom<Action['fault']['kind']>('none', 'before', 'after', 'crash', 'twice', 'paused'),
      at: fc.nat(24),
    }),
    meanwhile: fc.constantFrom<Action['meanwhile']>('nothing', 'remove', 'limit', 'mail', 'newer'),
    lags: fc.boolean(),
  })
  .map(({ rows, ...rest }): Action => ({ ...rest, rows: rows.map((one) => lineOf(rest.key, one)) }));

const RUNS = Number(process.env['SEQUENCES'] ?? 500);

test('prices, mails and every correction equal those of the reference model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 2, maxLength: 8 }), async (actions) => {
      const oracle = new Oracle(SUBSCRIBERS);
      for (const one of actions) await oracle.take(one);
      await oracle.mailAll();
    }),
    { numRuns: RUNS },
  );
}, 600_000);
