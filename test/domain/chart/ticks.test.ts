import fc from 'fast-check';
import { addDays } from '../../../lambdas/contracts/dates.ts';
import { axisDays } from '../../../lambdas/domain/calendar/axis-days.ts';
import { timeTicks } from '../../../lambdas/domain/chart/time-ticks.ts';
import { decimalsOf, valueTicks } from '../../../lambdas/domain/chart/value-ticks.ts';

test('value ticks are round, inside, at least three and few', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e7, noNaN: true }),
      fc.double({ min: 1e-4, max: 10, noNaN: true }),
      (low, share) => {
        const high = low * (1 + share);
        const values = valueTicks(low, high).map(({ value }) => value);
        expect(values.length).toBeGreaterThanOrEqual(3);
        expect(values.length).toBeLessThanOrEqual(7);
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(low * (1 - 1e-6));
          expect(value).toBeLessThanOrEqual(high * (1 + 1e-6));
        }
        expect(decimalsOf(values)).toBeLessThanOrEqual(12);
      },
    ),
  );
});

test.each([
  [0.0012, 0.0031, ['0.002', '0.003']],
  [1_100_000, 3_400_000, ['2M', '3M']],
  [12_345, 19_000, ['15,000']],
])('values from %d to %d have short labels', (low, high, some) => {
  const labels = valueTicks(low, high).map(({ label }) => label.replace(/(?<=\.\d*?)0+(?=$|\D)|\.0*(?=\D)/g, ''));
  expect(labels).toEqual(expect.arrayContaining(some));
});

const days = fc
  .tuple(fc.integer({ min: -30_000, max: 30_000 }), fc.integer({ min: 0, max: 4_000 }))
  .map(([from, span]) => {
    const first = addDays('1970-01-01', from);
    return axisDays('AAPL', [first, addDays(first, span)]);
  });

test('a time axis has one to five dates, in order, each on one of its days', () => {
  fc.assert(
    fc.property(days, (axis) => {
      const ticks = timeTicks(axis);
      expect(ticks.length).toBeGreaterThanOrEqual(1);
      expect(ticks.length).toBeLessThanOrEqual(5);
      expect(ticks.map(({ x }) => x)).toEqual(ticks.map(({ x }) => x).toSorted((a, b) => a - b));
      expect(ticks.every(({ x, label }) => axis[x] !== undefined && label !== '')).toBe(true);
    }),
  );
});

test('two days are labelled with their dates', () => {
  expect(timeTicks(['2020-01-09', '2020-01-10']).map(({ label }) => label)).toEqual(['9 Jan 2020', '10 Jan 2020']);
});

test('trading days are side by side; a session without a close keeps its place', () => {
  // 20 January 2020 was a holiday; 22 January has no close; a close on a Saturday has its own day.
  expect(axisDays('AAPL', ['2020-01-17', '2020-01-21', '2020-01-23', '2020-01-25'])).toEqual([
    '2020-01-17',
    '2020-01-21',
    '2020-01-22',
    '2020-01-23',
    '2020-01-24',
    '2020-01-25',
  ]);
});
