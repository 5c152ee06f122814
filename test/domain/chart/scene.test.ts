import fc from 'fast-check';
import { chartModel } from '../../../lambdas/domain/chart/chart-model.ts';
import { type Box, crosses, isInside, meet, type Segment } from '../../../lambdas/domain/chart/labels.ts';
import { type ChartForm, FORMS, placer, sceneOf } from '../../../lambdas/domain/chart/scene.ts';
import type { Observation } from '../../../lambdas/domain/prices/fold.ts';
import '../../support/charts.ts';
import { aSeries, dailyCloses } from '../../support/series.ts';

/** Closes with jumps, gaps, suspects and volumes; of pennies as well as of billions. */
const observations = fc
  .record({
    start: fc.constantFrom(0.0000123, 0.04, 1, 42, 297.43, 5_000, 123_456, 987_654_321, 9.9e11),
    moves: fc.array(fc.double({ min: -0.06, max: 0.06, noNaN: true }), { minLength: 1, maxLength: 120 }),
    odd: fc.array(fc.record({ at: fc.nat(119), factor: fc.constantFrom(0.1, 0.4, 2.2, 10, 1000) }), { maxLength: 4 }),
    missing: fc.record({ from: fc.nat(100), count: fc.nat(40) }),
    hasVolumes: fc.boolean(),
  })
  .map(({ start, moves, odd, missing, hasVolumes }): Observation[] => {
    let close = start;
    const closes = moves.map((move, i) => {
      close *= 1 + move;
      return close * (odd.find(({ at }) => at === i)?.factor ?? 1);
    });
    const all = dailyCloses(closes.map((one) => one.toFixed(one < 1 ? 9 : 2))).map((one, i) => ({
      ...one,
      ...(hasVolumes && { volume: String(1_000_000 + ((i * 7919) % 500_000)) }),
    }));
    const kept = all.filter((_, i) => i < missing.from || i >= missing.from + missing.count);
    return kept.length > 0 ? kept : all;
  });

test('no label covers another one, a line, the bars or the edge', () => {
  fc.assert(
    fc.property(
      observations,
      fc.constantFrom(30, 90, 365),
      fc.constantFrom<ChartForm>('mail', 'alone'),
      fc.array(fc.double({ min: 0.7, max: 1.3, noNaN: true }), { maxLength: 3 }),
      (closes, window, form, thresholds) => {
        const last = Number(closes.at(-1)?.close);
        const marks = { thresholds: thresholds.map((share) => (last * share).toFixed(9)), fires: [] };
        const model = chartModel(aSeries(closes), window, 'light', { marks });
        const scene = sceneOf(model, form);
        const at = placer(scene);
        const frame = { left: 0, top: 0, right: FORMS[form].width, bottom: FORMS[form].height };
        const axis = [scene.tag.box];
        const boxes = [...axis, ...[...scene.dates, ...scene.labels].map(({ box }) => box)];
        expect(boxes.filter((box) => !isInside(box, frame))).toEqual([]);
        expect(pairs(boxes).filter(([a, b]) => meet(a, b))).toEqual([]);
        const lines = [model.line, model.sma20, model.sma50].flatMap((line) => segments(line.map(at)));
        const bars = scene.volumeTop === undefined ? [] : [{ ...scene.plot, top: scene.volumeTop }];
        for (const { box, text } of scene.labels) {
          expect({ text, crossed: lines.filter((line) => crosses(line, box)).length }).toEqual({ text, crossed: 0 });
          expect(bars.filter((bar) => meet(bar, box))).toEqual([]);
        }
        const heights = [
          ...scene.values.flatMap(({ value, label }) => (label ? [at({ x: 0, y: value }).y] : [])),
          scene.tag.y,
        ].sort((a, b) => a - b);
        for (const [i, height] of heights.slice(1).entries()) expect(height - (heights[i] ?? 0)).toBeGreaterThan(20);
        // The tag is the third one where there is little room. Values that are nearly equal look the same.
        if (scene.y.max - scene.y.min > last * 1e-6) expect(heights.length).toBeGreaterThanOrEqual(3);
      },
    ),
    { numRuns: 500 },
  );
});

const pairs = (boxes: readonly Box[]): [Box, Box][] =>
  boxes.flatMap((a, i) => boxes.slice(i + 1).map((b): [Box, Box] => [a, b]));

const segments = (places: readonly { x: number; y: number }[]): Segment[] =>
  places.slice(1).flatMap((to, i) => {
    const from = places[i];
    return from && !Number.isNaN(from.y) && !Number.isNaN(to.y) ? [{ x1: from.x, y1: from.y, x2: to.x, y2: to.y }] : [];
  });
