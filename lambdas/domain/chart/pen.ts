import type { SKRSContext2D } from '@napi-rs/canvas';
import type { ChartModel, Point } from './chart-model.ts';
import { placer, type Scene } from './scene.ts';
import { LABEL_FONT } from './text.ts';
import { PALETTES } from './theme.ts';

/** What every mark needs for drawing. `at`: pixels of a point. */
export type Pen = {
  context: SKRSContext2D;
  model: ChartModel;
  scene: Scene;
  at: (point: Point) => { x: number; y: number };
  /** The font for the name of the ticker. */
  tickerFont: string;
};

export const penOf = (drawn: Omit<Pen, 'at'>): Pen => ({ ...drawn, at: placer(drawn.scene) });

export const palette = ({ model }: Pick<Pen, 'model'>) => PALETTES[model.theme];

/** The colour of the line: of a rise, a fall, or neither. */
export const lineColour = ({ model }: Pick<Pen, 'model'>) => {
  const { up, down, muted } = PALETTES[model.theme];
  return { up, down, flat: muted }[model.direction];
};

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
  { x, y }: { x: number; y: number },
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

export function diamond(
  context: SKRSContext2D,
  { x, y }: { x: number; y: number },
  r: number,
  fill: string,
  stroke: string,
): void {
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
export function writeOnHalo(pen: Pen, text: string, x: number, y: number, colour: string): void {
  const { context } = pen;
  context.font = LABEL_FONT;
  context.textAlign = 'center';
  context.globalAlpha = 0.7;
  context.strokeStyle = palette(pen).background;
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeText(text, x, y);
  context.globalAlpha = 1;
  write(pen, text, x, y, LABEL_FONT, colour, 'center');
}
