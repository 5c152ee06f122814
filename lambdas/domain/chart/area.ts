import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { Point } from './chart-model.ts';
import { SCALE } from './scene.ts';
import { rgb } from './theme.ts';

/** The area under a line, in CSS pixels, with a colour that fades from `top` to `bottom`. */
export type Area = { points: readonly Point[]; top: number; bottom: number; colour: string; opacity: number };

/**
 * Fills the area under a line; y is NaN at gaps. The fade is a strip one pixel wide, stretched under a clip: Skia dithers gradients,
 * which doubles the size of the PNG, and patterns take 7 ms.
 */
export function drawArea(context: SKRSContext2D, area: Area): void {
  for (const run of unbroken(area.points)) {
    const [left, right] = [run[0]?.x ?? 0, run.at(-1)?.x ?? 0];
    context.save();
    context.beginPath();
    context.moveTo(left, area.bottom);
    for (const { x, y } of run) context.lineTo(x, y);
    context.lineTo(right, area.bottom);
    context.closePath();
    context.clip();
    // The strip has one pixel per row: smoothing would only take time.
    context.imageSmoothingEnabled = false;
    context.drawImage(strip(area), left, area.top, right - left, area.bottom - area.top);
    context.restore();
  }
}

function unbroken(points: readonly Point[]): Point[][] {
  const runs: Point[][] = [[]];
  for (const point of points) {
    if (Number.isNaN(point.y)) runs.push([]);
    else runs.at(-1)?.push(point);
  }
  return runs.filter((run) => run.length > 1);
}

function strip({ top, bottom, colour, opacity }: Area): Canvas {
  const height = Math.max(1, Math.round((bottom - top) * SCALE));
  const canvas = createCanvas(1, height);
  const context = canvas.getContext('2d');
  const pixels = context.createImageData(1, height);
  for (let row = 0; row < height; row++) {
    pixels.data.set([...rgb(colour), Math.round(255 * opacity * (1 - row / height) ** 1.4)], row * 4);
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}
