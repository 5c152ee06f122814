import type { Point } from './chart-model.ts';

/** Up to so many sessions without a close are never a gap in the line: an exchange whose holidays we do not know closes for a week. */
const MAX_MISSING = 5;
/** So many usual steps without a close are a gap. */
const GAP_STEPS = 3;
/** Up to so many points are drawn as dots, if they are far from each other. */
const MAX_DOTS = 26;
/** Up to so many points are always drawn as dots. */
const FEW_POINTS = 5;
/** The largest distance of two points (days of the axis) that a line connects. */
export const maxStepOf = (points: readonly Point[]): number => Math.max(MAX_MISSING + 1, usualStep(points) * GAP_STEPS);

/** Usual number of days of the axis from one point to the next: 1 for daily closes. */
function usualStep(points: readonly Point[]): number {
  const steps = points.slice(1).map(({ x }, i) => x - (points[i]?.x ?? x));
  return steps.sort((a, b) => a - b)[Math.floor((steps.length - 1) / 2)] ?? 1;
}

/** Points that a line alone would not show: all of a sparse series, and those with a gap on both sides. */
export function dotsOf(points: readonly Point[], maxStep: number): Point[] {
  if (points.length <= FEW_POINTS) return [...points];
  const step = ((points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0)) / (points.length - 1);
  if (points.length <= MAX_DOTS && step > 2) return [...points];
  const isFar = (a: Point | undefined, b: Point | undefined) => !a || !b || b.x - a.x > maxStep;
  return points.filter((point, i) => isFar(points[i - 1], point) && isFar(point, points[i + 1]));
}

/** Inserts a point with y = NaN at each gap. */
export function withGaps(points: readonly Point[], maxStep: number): Point[] {
  return points.flatMap(({ x, y }, i) => {
    const before = points[i - 1];
    const isGap = before !== undefined && x - before.x > maxStep;
    return isGap
      ? [
          { x: (before.x + x) / 2, y: Number.NaN },
          { x, y },
        ]
      : [{ x, y }];
  });
}
