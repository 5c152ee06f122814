import type { ChartModel, Point } from './chart-model.ts';
import { type Box, type PlacedLabel, placeLabels } from './labels.ts';
import { labelsOf, type PlacedMark } from './scene-labels.ts';
import { TAG_FONT, TICK_FONT, textWidth } from './text.ts';
import { type TimeTick, timeTicks } from './time-ticks.ts';
import { type ValueTick, valueTicks } from './value-ticks.ts';

/**
 * `mail`: without a header, which the mail has as text. `alone`: with its own header. CSS pixels. A phone shows 600 of them on 344: texts
 * of 17 are read as 10.
 */
export const FORMS = {
  mail: { width: 600, height: 280, top: 8 },
  alone: { width: 600, height: 370, top: 96 },
} as const;
export type ChartForm = keyof typeof FORMS;
/** Pixels of the picture for one CSS pixel. */
export const SCALE = 2;

export const LEFT = 16;
const RIGHT = 12;
/** Room for the dates below the plot. */
const DATES_HEIGHT = 34;
/** Room above the high and below the low for their labels. */
const LABEL_ROOM = 30;
const VOLUME_HEIGHT = 48;

export const TAG_HEIGHT = 26;
/** Distance of two labels of the value axis, one of which may be the tag. */
const TICK_ROOM = 23;

/** Everything of one chart at its place. */
export type Scene = {
  form: ChartForm;
  /** The area of line and bars. */
  plot: Box;
  x: { min: number; max: number };
  y: { min: number; max: number };
  dates: PlacedLabel[];
  values: ValueTick[];
  /** Of the last close, on the axis. */
  tag: { text: string; y: number; box: Box };
  /** Upper end of the largest bar; undefined without volumes. */
  volumeTop: number | undefined;
  /** High, low, suspects and thresholds. */
  labels: PlacedMark[];
};

export function sceneOf(model: ChartModel, form: ChartForm): Scene {
  const { width, height, top } = FORMS[form];
  const bottom = height - DATES_HEIGHT;
  const hasVolumes = model.volumes.length > 0;
  const y = valueRange(model, bottom - top, hasVolumes);
  const lastTag = model.last.text;
  // The labels of the axis depend on its range only, its width on them.
  const byHeight = (value: number) => bottom - ((value - y.min) / (y.max - y.min)) * (bottom - top);
  const tagY = byHeight(model.last.y);
  const volumeTop = bottom - VOLUME_HEIGHT;
  const minStep = ((y.max - y.min) / (bottom - top)) * TICK_ROOM;
  const isFree = (value: number) => Math.abs(byHeight(value) - tagY) >= TICK_ROOM;
  const values = valueTicks(Math.max(y.lowest, 0), y.max, { isFree, minStep }).filter(
    ({ value }) => byHeight(value) >= top + 8,
  );
  const axisWidth = Math.max(
    textWidth(lastTag, TAG_FONT) + 16,
    ...values.map(({ label }) => textWidth(label, TICK_FONT) + 10),
  );
  const plot = { left: LEFT, top, right: width - RIGHT - axisWidth, bottom };
  const scene = {
    form,
    plot,
    x: { min: -0.5, max: model.days.length - 0.5 },
    y,
    values,
    tag: {
      text: lastTag,
      y: tagY,
      box: {
        left: plot.right + 4,
        right: width - RIGHT + 4,
        top: tagY - TAG_HEIGHT / 2,
        bottom: tagY + TAG_HEIGHT / 2,
      },
    },
    volumeTop: hasVolumes ? volumeTop : undefined,
  };
  const at = placer(scene);
  return {
    ...scene,
    dates: datesOf(timeTicks(model.days), plot, width, at),
    labels: labelsOf(model, plot, at, volumeTop),
  };
}

/** Pixels of a point; a suspect outside of the scale is at its edge. */
export const placer =
  ({ plot, x, y }: Pick<Scene, 'plot' | 'x' | 'y'>) =>
  (point: Point): { x: number; y: number } => ({
    x: plot.left + ((point.x - x.min) / (x.max - x.min)) * (plot.right - plot.left),
    y: plot.bottom - ((Math.min(y.max, Math.max(y.min, point.y)) - y.min) / (y.max - y.min)) * (plot.bottom - plot.top),
  });

function valueRange(model: ChartModel, height: number, hasVolumes: boolean) {
  const values = [model.points, model.sma20, model.sma50].flatMap((points) =>
    points.map(({ y }) => y).filter((y) => !Number.isNaN(y)),
  );
  const [lowest, highest] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const near = nearThresholds(model, lowest, highest);
  const [low, high] = [Math.min(lowest, ...near), Math.max(highest, ...near)];
  // A flat line gets a range of 2 %.
  const span = high - low || high * 0.02;
  const perPixel = span / (height - 2 * LABEL_ROOM - (hasVolumes ? VOLUME_HEIGHT : 0));
  const below = LABEL_ROOM + (hasVolumes ? VOLUME_HEIGHT : 0);
  return { min: low - below * perPixel, max: high + LABEL_ROOM * perPixel, lowest: low - LABEL_ROOM * perPixel };
}

/** A threshold further away than a third of the closes' range would flatten their line. */
const MAX_STRETCH = 1 / 3;

const nearThresholds = ({ thresholds }: ChartModel, low: number, high: number): number[] => {
  const reach = (high - low || high * 0.02) * MAX_STRETCH;
  return thresholds.map(({ y }) => y).filter((y) => y >= low - reach && y <= high + reach);
};

/** The dates below the plot, inside the picture; one that would cover the date before it is left out. */
function datesOf(
  ticks: readonly TimeTick[],
  plot: Box,
  width: number,
  at: (point: Point) => { x: number },
): PlacedLabel[] {
  const frame = { left: LEFT - 8, top: plot.bottom, right: width - 8, bottom: plot.bottom + DATES_HEIGHT };
  const wanted = ticks.map(({ x, label }) => ({
    text: label,
    x: at({ x, y: 0 }).x,
    y: plot.bottom + 23,
    width: textWidth(label, TICK_FONT) + 12,
    offsets: [0],
    shifts: [0],
  }));
  return placeLabels(wanted, frame, { boxes: [], segments: [] });
}
