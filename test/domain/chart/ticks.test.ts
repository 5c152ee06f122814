import fc from 'fast-check';
import { dateTicks, decimalsOf, valueTicks } from '../../../lambdas/domain/chart/ticks.ts';

test('value ticks are round, inside, and few', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e7, noNaN: true }),
      fc.double({ min: 1e-4, max: 10, noNaN: true }),
      (low, share) => {
        const high = low * (1 + share);
        const ticks = valueTicks(low, high, 4);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(6);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(low * (1 - 1e-6));
          expect(tick).toBeLessThanOrEqual(high * (1 + 1e-6));
        }
        expect(decimalsOf(ticks)).toBeLessThanOrEqual(12);
      },
    ),
  );
});

test('date ticks are inside, in order, and at most nine for any span', () => {
  fc.assert(
    fc.property(fc.integer({ min: -30_000, max: 30_000 }), fc.integer({ min: 0, max: 40_000 }), (from, span) => {
      const ticks = dateTicks(from, from + span);
      expect(ticks.length).toBeLessThanOrEqual(9);
      expect(ticks.map(({ x }) => x)).toEqual(ticks.map(({ x }) => x).toSorted((a, b) => a - b));
      expect(ticks.every(({ x, label }) => x >= from && x <= from + span && label !== '')).toBe(true);
    }),
  );
});
