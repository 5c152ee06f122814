import fc from 'fast-check';
import { type Box, meet, placeLabels, type Segment } from '../../../lambdas/domain/chart/labels.ts';

const FRAME = { left: 20, top: 70, right: 540, bottom: 260 };
const label = fc.record({
  text: fc.constantFrom('High 312.40', 'Low 8.02', '1,110.00', '99,999,999,999.12'),
  x: fc.double({ min: -50, max: 650, noNaN: true }),
  y: fc.double({ min: 0, max: 320, noNaN: true }),
  width: fc.double({ min: 10, max: 200, noNaN: true }),
  offsets: fc.constantFrom([-9, 17], [17, -9], [-9, 17, -22, 30]),
});
const box = fc
  .record({ left: fc.integer({ min: 0, max: 560 }), top: fc.integer({ min: 0, max: 280 }) })
  .map(({ left, top }) => ({ left, top, right: left + 14, bottom: top + 14 }));

const segment = fc.record({
  x1: fc.integer({ min: 0, max: 560 }),
  y1: fc.integer({ min: 0, max: 280 }),
  x2: fc.integer({ min: 0, max: 560 }),
  y2: fc.integer({ min: 0, max: 280 }),
});
const NOTHING = { boxes: [], segments: [] };

/** Slow and plain: looks at points along the segment. */
const touches = ({ x1, y1, x2, y2 }: Segment, { left, top, right, bottom }: Box): boolean =>
  Array.from({ length: 200 }, (_, i) => i / 199).some((share) => {
    const [x, y] = [x1 + share * (x2 - x1), y1 + share * (y2 - y1)];
    return x > left && x < right && y > top && y < bottom;
  });

test('no label covers another one, an occupied area, a line or the edge', () => {
  fc.assert(
    fc.property(
      fc.array(label, { maxLength: 8 }),
      fc.array(box, { maxLength: 3 }),
      fc.array(segment, { maxLength: 5 }),
      (wanted, taken, segments) => {
        const boxes = placeLabels(wanted, FRAME, { boxes: taken, segments }).map((placed) => placed.box);
        for (const [i, one] of boxes.entries()) {
          expect(
            one.left >= FRAME.left && one.right <= FRAME.right && one.top >= FRAME.top && one.bottom <= FRAME.bottom,
          ).toBe(true);
          expect([...boxes.slice(i + 1), ...taken].filter((other) => meet(one, other))).toEqual([]);
          expect(segments.filter((line) => touches(line, one))).toEqual([]);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test('a label with enough space is at its preferred place', () => {
  const wanted = { text: 'High 1', x: 200, y: 150, width: 40, offsets: [-9, 17] };
  expect(placeLabels([wanted], FRAME, NOTHING)).toMatchObject([{ x: 200, y: 141 }]);
  const [first, second] = placeLabels([wanted, wanted], FRAME, NOTHING);
  expect([first?.y, second?.y]).toEqual([141, 167]);
});
