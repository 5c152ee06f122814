import { createCanvas } from '@napi-rs/canvas';
import { axisUnit, groupThousands } from '../../contracts/format.ts';
import type { ChartModel, Point } from './chart-model.ts';
import { font } from './fonts.ts';
import { type DateTick, dateTicks, decimalsOf, valueTicks } from './ticks.ts';

/** CSS pixels; the picture has `scale` times as many in each direction. */
export const SIZE = { width: 600, height: 300, scale: 2 } as const;
export const MARGIN = { top: 84, bottom: 40, left: 20 } as const;
const PLOT_HEIGHT = SIZE.height - MARGIN.top - MARGIN.bottom;

export const TAG_FONT = font(10.5, 600);
export const LABEL_FONT = font(10, 600);

const ruler = createCanvas(1, 1).getContext('2d');
export function textWidth(text: string, textFont: string): number {
  ruler.font = textFont;
  return ruler.measureText(text).width;
}

/** The scales of one chart. */
export type Scene = {
  /** The font of the ticker's name. */
  tickerFont: string;
  x: { min: number; max: number; ticks: DateTick[] };
  y: { min: number; max: number; ticks: { value: number; label: string }[] };
  /** Width of the axis on the right, wide enough for the tag of the last close. */
  axisWidth: number;
};

export function sceneOf(model: ChartModel, tickerFont: string): Scene {
  const values = [model.points, model.sma20, model.sma50].flatMap((points) =>
    points.map(({ y }) => y).filter((y) => !Number.isNaN(y)),
  );
  const [lowest, highest] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const near = nearThresholds(model, lowest, highest);
  const [low, high] = [Math.min(lowest, ...near), Math.max(highest, ...near)];
  // A flat line gets a range of 2 %.
  const span = high - low || high * 0.02;
  const floor = model.volumes.length > 0 ? 0.42 : 0.3;
  const y = { min: low - span * floor, max: high + span * 0.14 };
  const ticks = valueTicks(Math.max(low - span * 0.12, 0), y.max, 4);
  const { factor, suffix } = axisUnit(ticks.at(-1) ?? 0);
  const decimals = decimalsOf(ticks.map((value) => value / factor));
  const tagHeight = ((y.max - y.min) * 17) / PLOT_HEIGHT;
  const labels = ticks.map((value) => ({
    value,
    label:
      Math.abs(value - model.last.y) < tagHeight
        ? ''
        : `${groupThousands((value / factor).toFixed(decimals))}${suffix}`,
  }));
  const widest = Math.max(
    ...labels.map(({ label }) => textWidth(label, TAG_FONT)),
    textWidth(model.last.text, TAG_FONT),
  );
  const days = [...model.points, ...model.suspects].map(({ x }) => x);
  const [first, last] = [days.reduce((a, b) => Math.min(a, b)), days.reduce((a, b) => Math.max(a, b))];
  const margin = last > first ? Math.max(0.5, (last - first) * 0.004) : 1;
  return {
    tickerFont,
    x: { min: first - margin, max: last + margin, ticks: dateTicks(first, last) },
    y: { ...y, ticks: labels },
    axisWidth: Math.max(52, widest + 32),
  };
}

/** A threshold further away than a third of the closes' range would flatten their line. */
const MAX_STRETCH = 1 / 3;

const nearThresholds = ({ thresholds }: ChartModel, low: number, high: number): number[] => {
  const reach = (high - low || high * 0.02) * MAX_STRETCH;
  return thresholds.map(({ y }) => y).filter((y) => y >= low - reach && y <= high + reach);
};

/** Limits a value to the scale: a suspect point may be far outside. */
export const clampY = ({ y }: Point, scene: Scene): number => Math.min(scene.y.max, Math.max(scene.y.min, y));
