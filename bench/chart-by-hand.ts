import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { ChartModel, Point } from '../lambdas/domain/chart/chart-model.ts';
import { font } from '../lambdas/domain/chart/fonts.ts';
import { encodePng } from '../lambdas/domain/chart/png.ts';
import { MARGIN, SIZE, sceneOf } from '../lambdas/domain/chart/scene.ts';
import { PALETTES } from '../lambdas/domain/chart/theme.ts';

const canvas = createCanvas(SIZE.width * SIZE.scale, SIZE.height * SIZE.scale);

/** Baseline: the same chart, drawn without chart.js. @returns PNG */
export function drawByHand(model: ChartModel): Promise<Buffer> {
  const context = canvas.getContext('2d');
  const palette = PALETTES[model.theme];
  const { x, y, axisWidth } = sceneOf(model, font(14, 700));
  const right = SIZE.width - axisWidth - 4;
  const bottom = SIZE.height - MARGIN.bottom;
  const px = (value: number) => MARGIN.left + ((value - x.min) / (x.max - x.min)) * (right - MARGIN.left);
  const py = (value: number) => bottom - ((value - y.min) / (y.max - y.min)) * (bottom - MARGIN.top);
  context.save();
  context.scale(SIZE.scale, SIZE.scale);
  context.fillStyle = palette.background;
  context.fillRect(0, 0, SIZE.width, SIZE.height);
  for (const { value, label } of y.ticks) {
    stroke(
      context,
      [
        { x: MARGIN.left, y: py(value) },
        { x: right, y: py(value) },
      ],
      palette.grid,
      1,
    );
    write(context, label, right + 10, py(value) + 4, font(10.5, 500), palette.faint);
  }
  for (const tick of x.ticks) write(context, tick.label, px(tick.x) - 10, bottom + 20, font(10.5, 500), palette.muted);
  const most = Math.max(...model.volumes.map((volume) => volume.y));
  context.fillStyle = palette.volume;
  context.beginPath();
  for (const volume of model.volumes) context.rect(px(volume.x), bottom, 1, (-volume.y / most) * 35);
  context.fill();
  const at = (points: readonly Point[]) =>
    points.filter((p) => !Number.isNaN(p.y)).map((p) => ({ x: px(p.x), y: py(p.y) }));
  const close = at(model.line);
  area(context, close, bottom, palette.up);
  stroke(context, close, palette.up, 1.6);
  stroke(context, at(model.sma20), palette.sma20, 1.35);
  stroke(context, at(model.sma50), palette.sma50, 1.35);
  write(context, model.ticker, MARGIN.left, 30, font(14, 700), palette.ink);
  write(context, model.lastText, MARGIN.left, 61, font(27, 700), palette.ink);
  write(context, model.changeText, 130, 58, font(12, 600), palette.up);
  write(context, `As of ${model.dateText} close`, 430, 58, font(10.5), palette.faint);
  for (const point of [model.high, model.low])
    write(context, point.text, px(point.x), py(point.y), font(10, 600), palette.ink);
  context.restore();
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return encodePng(data, canvas.width, canvas.height);
}

function stroke(context: SKRSContext2D, points: Point[], colour: string, width: number): void {
  context.beginPath();
  for (const point of points) context.lineTo(point.x, point.y);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.stroke();
}

function area(context: SKRSContext2D, points: Point[], bottom: number, colour: string): void {
  context.beginPath();
  context.moveTo(points[0]?.x ?? 0, bottom);
  for (const point of points) context.lineTo(point.x, point.y);
  context.lineTo(points.at(-1)?.x ?? 0, bottom);
  context.globalAlpha = 0.15;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
}

function write(context: SKRSContext2D, text: string, x: number, y: number, textFont: string, colour: string): void {
  context.font = textFont;
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
