import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Chart } from 'chart.js';
import type { ChartModel, Point } from './chart-model.ts';
import { clampY, LABEL_FONT, type Scene } from './scene.ts';
import { PALETTES } from './theme.ts';

/** What every mark needs for drawing. */
export type Pen = { context: SKRSContext2D; chart: Chart; model: ChartModel; scene: Scene };

export const penOf = (chart: Chart, model: ChartModel, scene: Scene): Pen => ({
  // Chart.js draws on the @napi-rs canvas it was given.
  context: chart.ctx as unknown as SKRSContext2D,
  chart,
  model,
  scene,
});

export const palette = ({ model }: Pen) => PALETTES[model.theme];

export const lineColour = (pen: Pen) => (pen.model.isUp ? palette(pen).up : palette(pen).down);

export function write(
  { context }: Pen,
  text: string,
  x: number,
  y: number,
  textFont: string,
  colour: string,
  align: 'left' | 'center' | 'right' = 'left',
): number {
  context.font = textFont;
  context.textAlign = align;
  context.textBaseline = 'alphabetic';
  context.fillStyle = colour;
  context.fillText(text, x, y);
  return context.measureText(text).width;
}

export function disc(
  context: SKRSContext2D,
  x: number,
  y: number,
  radius: number,
  fill: string,
  stroke?: string,
): void {
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fillStyle = fill;
  context.fill();
  if (stroke) outline(context, stroke);
}

export function diamond(context: SKRSContext2D, x: number, y: number, r: number, fill: string, stroke: string): void {
  polygon(context, [x, y - r, x + r, y, x, y + r, x - r, y], fill);
  outline(context, stroke);
}

export function polygon(context: SKRSContext2D, corners: number[], fill: string): void {
  context.beginPath();
  for (let i = 0; i < corners.length; i += 2) context.lineTo(corners[i] ?? 0, corners[i + 1] ?? 0);
  context.closePath();
  context.fillStyle = fill;
  context.fill();
}

function outline(context: SKRSContext2D, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.stroke();
}

export function pill(
  context: SKRSContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
  fill: string,
): void {
  context.fillStyle = fill;
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fill();
}

/** Draws text on a halo, so that it is readable over lines. */
export function writeOnHalo(
  pen: Pen,
  text: string,
  x: number,
  y: number,
  colour: string,
  align: 'left' | 'center' = 'center',
): void {
  const { context } = pen;
  context.font = LABEL_FONT;
  context.textAlign = align;
  context.globalAlpha = 0.7;
  context.strokeStyle = palette(pen).background;
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeText(text, x, y);
  context.globalAlpha = 1;
  write(pen, text, x, y, LABEL_FONT, colour, align);
}

export const pixelX = ({ chart }: Pen, { x }: Point): number => chart.scales['x']?.getPixelForValue(x) ?? 0;
export const pixelY = ({ chart, scene }: Pen, point: Point): number =>
  chart.scales['y']?.getPixelForValue(clampY(point, scene)) ?? 0;
