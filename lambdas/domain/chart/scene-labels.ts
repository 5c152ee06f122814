import type { ChartModel, Point } from './chart-model.ts';
import { type Box, type Obstacles, type PlacedLabel, placeLabels, type Segment, type WantedLabel } from './labels.ts';
import { LABEL_FONT, textWidth } from './text.ts';

type LabelKind = 'extreme' | 'suspect' | 'threshold';
export type PlacedMark = PlacedLabel & { kind: LabelKind };

const LABELLED_SUSPECTS = 3;
/** Distances of a baseline from its point: above it, below it, and further away. */
const ABOVE = [-11, -26];
const BELOW = [24, 39];

/** High, low, the last suspects and the thresholds, where they cover nothing. */
export function labelsOf(
  model: ChartModel,
  plot: Box,
  at: (point: Point) => { x: number; y: number },
  volumeTop: number,
): PlacedMark[] {
  const { high, low, last, points, suspects, thresholds, fires, volumes } = model;
  const wanted: (WantedLabel & { kind: LabelKind })[] = [];
  const want = (
    kind: LabelKind,
    text: string,
    place: { x: number; y: number },
    more: Pick<WantedLabel, 'offsets' | 'shifts'>,
  ) => wanted.push({ kind, text, ...place, width: textWidth(text, LABEL_FONT) + 4, ...more });
  if (high.y !== low.y && points.length > 1) {
    // The tag on the axis has the last close already.
    if (high.x !== last.x) want('extreme', `High ${high.text}`, at(high), { offsets: ABOVE });
    if (low.x !== last.x) want('extreme', `Low ${low.text}`, at(low), { offsets: BELOW });
  }
  for (const one of suspects.slice(-LABELLED_SUSPECTS))
    want('suspect', one.text, at(one), { offsets: one.y > high.y ? [...BELOW, ...ABOVE] : [...ABOVE, ...BELOW] });
  const levels = thresholds.map(({ y }) => at({ x: 0, y }).y).filter((y) => y > plot.top && y < plot.bottom);
  for (const { y, text } of thresholds)
    want(
      'threshold',
      `Alert ${text}`,
      { x: plot.left, y: at({ x: 0, y }).y },
      { offsets: [-6, 18], shifts: ALONG.map((share) => share * (plot.right - plot.left)) },
    );
  const lines = [model.line, model.sma20, model.sma50].flatMap((line) =>
    segmentsOf(line.map((point) => (Number.isNaN(point.y) ? undefined : at(point)))),
  );
  const level = (y: number): Segment => ({ x1: plot.left, x2: plot.right, y1: y, y2: y });
  const marks = [high, low, last, ...suspects, ...fires, ...model.corrections].map((point) => around(at(point)));
  const bars = volumes.length > 0 ? [{ ...plot, top: volumeTop }] : [];
  const obstacles: Obstacles = { boxes: [...marks, ...bars], segments: [...lines, ...levels.map(level)] };
  return placeLabels(wanted, plot, obstacles).map(({ wanted: { kind }, ...placed }) => ({ ...placed, kind }));
}

/** Where the label of a threshold may be along its line. */
const ALONG = [0, 0.25, 0.5, 0.75, 1];

function segmentsOf(places: readonly ({ x: number; y: number } | undefined)[]): Segment[] {
  return places.flatMap((to, i) => {
    const from = places[i - 1];
    return from && to ? [{ x1: from.x, y1: from.y, x2: to.x, y2: to.y }] : [];
  });
}

const around = ({ x, y }: { x: number; y: number }): Box => ({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 });
