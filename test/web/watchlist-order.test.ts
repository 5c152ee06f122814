import fc from 'fast-check';
import type { TickerGroups } from '../../lambdas/contracts/subscriber.ts';
import { dissolved, joined, moved, nudged, ordered } from '../../web/src/watchlist-order.ts';

const row = (ticker: string, dayChange?: number) => ({
  ticker,
  window: 90 as const,
  spark: [],
  ...(dayChange !== undefined && { dayChange }),
});
const ROWS = ['A', 'B', 'C', 'D', 'E'].map((ticker, i) => row(ticker, i % 2 === 0 ? -i / 100 : i / 100));
const GROUPS: TickerGroups = [
  { name: '', tickers: ['C'] },
  { name: 'Tech', tickers: ['E', 'A'] },
];
const names = (groups: ReturnType<typeof ordered>) =>
  groups.map(({ name, rows }) => `${name}:${rows.map(({ ticker }) => ticker).join('')}`);
const lists = (groups: TickerGroups) => groups.map(({ name, tickers }) => `${name}:${tickers.join('')}`);

test('rows are sorted by move, by name, or in groups, where those in none follow the first', () => {
  expect(names(ordered(ROWS, 'move', []))).toEqual([':EDCBA']);
  expect(names(ordered(ROWS, 'name', GROUPS))).toEqual([':ABCDE']);
  expect(names(ordered(ROWS, 'own', GROUPS))).toEqual([':CBD', 'Tech:EA']);
  expect(names(ordered(ROWS, 'own', []))).toEqual([':ABCDE']);
});

test('a row moves by one place, and over the border of its group', () => {
  const shown = ordered(ROWS, 'own', GROUPS);
  expect(lists(nudged(shown, 'B', -1))).toEqual([':BCD', 'Tech:EA']);
  expect(lists(nudged(shown, 'C', 1))).toEqual([':BCD', 'Tech:EA']);
  expect(lists(nudged(shown, 'D', 1))).toEqual([':CB', 'Tech:DEA']);
  expect(lists(nudged(shown, 'E', -1))).toEqual([':CBDE', 'Tech:A']);
  expect(lists(moved(shown, 'A', { group: 0, before: 'B' }))).toEqual([':CABD', 'Tech:E']);
});

test('no move loses or doubles a ticker', () => {
  const step = fc.record({ ticker: fc.constantFrom('A', 'B', 'C', 'D', 'E'), by: fc.constantFrom<-1 | 1>(-1, 1) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const last = steps.reduce<TickerGroups>(
        (groups, { ticker, by }) => nudged(ordered(ROWS, 'own', groups), ticker, by),
        GROUPS,
      );
      expect(
        ordered(ROWS, 'own', last)
          .flatMap(({ rows }) => rows.map(({ ticker }) => ticker))
          .sort(),
      ).toEqual(['A', 'B', 'C', 'D', 'E']);
    }),
  );
});

test('groups are joined by name, and dissolved', () => {
  expect(
    lists(
      joined(GROUPS, [
        { name: 'Tech', tickers: ['C', 'F'] },
        { name: 'Oil', tickers: ['X'] },
      ]),
    ),
  ).toEqual([':', 'Tech:EACF', 'Oil:X']);
  expect(lists(dissolved(GROUPS, 'Tech'))).toEqual([':CEA']);
});
