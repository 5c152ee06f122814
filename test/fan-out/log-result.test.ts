import fc from 'fast-check';
import { evenly } from '../../lambdas/fan-out/log-result.ts';

test('property: at most so many values, in order, with the first and the last', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 2, max: 99 }), (values, count) => {
      const chosen = evenly(values, count);
      expect(chosen).toHaveLength(Math.min(values.length, count));
      expect([chosen[0], chosen.at(-1)]).toEqual([values[0], values.at(-1)]);
      let from = 0;
      for (const value of chosen) {
        const at = values.indexOf(value, from);
        expect(at).toBeGreaterThanOrEqual(from);
        from = at;
      }
    }),
  );
});
