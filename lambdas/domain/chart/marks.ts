import type { Plugin } from 'chart.js';
import { drawFires, drawThresholds } from './alert-pen.ts';
import { type Area, drawArea } from './area.ts';
import type { ChartModel, LabelledPoint } from './chart-model.ts';
import { drawHeader } from './header.ts';
import { type Box, placeLabels } from './labels.ts';
import {
  diamond,
  disc,
  lineColour,
  type Pen,
  palette,
  penOf,
  pill,
  pixelX,
  pixelY,
  write,
  writeOnHalo,
} from './pen.ts';
import { LABEL_FONT, type Scene, SIZE, TAG_FONT, textWidth } from './scene.ts';

/** Background, volume and area, below the lines. */
export const underlay = (model: ChartModel, scene: Scene): Plugin<'line'> => ({
  id: 'underlay',
  beforeDraw: (chart) => drawBackground(penOf(chart, model, scene)),
  beforeDatasetsDraw: (chart) => {
    const pen = penOf(chart, model, scene);
    drawVolumes(pen);
    drawArea(pen.context, areaOf(pen));
  },
});

/** Marks, labels and header, above the lines. */
export const overlay = (model: ChartModel, scene: Scene): Plugin<'line'> => ({
  id: 'overlay',
  afterDatasetsDraw: (chart) => {
    const pen = penOf(chart, model, scene);
    pen.context.save();
    drawThresholds(pen);
    drawDots(pen);
    drawLast(pen);
    drawExtremes(pen);
    // Above the mark of a high or low, which still has its label.
    drawCorrections(pen);
    drawFires(pen);
    drawSuspects(pen);
    drawLabels(pen);
    drawHeader(pen);
    pen.context.restore();
  },
});

function drawBackground(pen: Pen): void {
  pen.context.fillStyle = palette(pen).background;
  pen.context.fillRect(0, 0, SIZE.width, SIZE.height);
}

/** Draws one path, aligned to device pixels, so that bars are sharp and compress well. */
function drawVolumes(pen: Pen): void {
  const { context, model, chart } = pen;
  const most = model.volumes.reduce((a, { y }) => Math.max(a, y), 0);
  if (most === 0) return;
  const { left, right, top, bottom } = chart.chartArea;
  const days = Math.max(1, (model.points.at(-1)?.x ?? 0) - (model.points[0]?.x ?? 0) + 1);
  const snap = (value: number) => Math.round(value * SIZE.scale) / SIZE.scale;
  const width = Math.max(0.5, snap(Math.min(((right - left) / days) * 0.7, 14)));
  context.fillStyle = palette(pen).volume;
  context.beginPath();
  for (const volume of model.volumes) {
    const height = snap((volume.y / most) * (bottom - top) * 0.2);
    const x = Math.min(Math.max(snap(pixelX(pen, volume) - width / 2), left), right - width);
    context.rect(x, bottom - height, width, height);
  }
  context.fill();
}

const areaOf = (pen: Pen): Area => ({
  points: pen.model.line.map((point) => ({
    x: pixelX(pen, point),
    y: Number.isNaN(point.y) ? point.y : pixelY(pen, point),
  })),
  top: pixelY(pen, pen.model.high),
  bottom: pen.chart.chartArea.bottom,
  colour: lineColour(pen),
  opacity: palette(pen).areaOpacity,
});

function drawDots(pen: Pen): void {
  for (const point of pen.model.dots) disc(pen.context, pixelX(pen, point), pixelY(pen, point), 2.6, lineColour(pen));
}

function drawLast(pen: Pen): void {
  const { context, model, chart } = pen;
  const { left, right } = chart.chartArea;
  const [x, y] = [pixelX(pen, model.last), pixelY(pen, model.last)];
  const colour = lineColour(pen);
  context.strokeStyle = colour;
  context.globalAlpha = 0.55;
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(left, y);
  context.lineTo(right, y);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 0.2;
  disc(context, x, y, 7, colour);
  context.globalAlpha = 1;
  disc(context, x, y, 3.5, colour, palette(pen).background);
  const width = textWidth(model.last.text, TAG_FONT) + 12;
  pill(context, right + 5, y - 9, width, 18, 5, colour);
  write(pen, model.last.text, right + 5 + width / 2, y + 3.7, TAG_FONT, palette(pen).tagInk, 'center');
}

function drawExtremes(pen: Pen): void {
  const { high, low, last, points } = pen.model;
  if (high.y === low.y || points.length < 2) return;
  for (const point of [high, low])
    if (point.x !== last.x)
      disc(pen.context, pixelX(pen, point), pixelY(pen, point), 3, palette(pen).background, palette(pen).ink);
}

/** Draws diamonds. A suspect outside of the scale is drawn at its edge. */
function drawSuspects(pen: Pen): void {
  for (const suspect of pen.model.suspects)
    diamond(pen.context, pixelX(pen, suspect), pixelY(pen, suspect), 5, palette(pen).warning, palette(pen).background);
}

/** Above a point, below it, and at twice the distance. */
const OFFSETS = [-9, 17, -22, 30];
const LABELLED_SUSPECTS = 3;

/** Labels high, low and the last suspects. */
function drawLabels(pen: Pen): void {
  const { high, low, last, points, suspects } = pen.model;
  const { left, right, top, bottom } = pen.chart.chartArea;
  const hasRange = high.y !== low.y && points.length > 1;
  const extremes: [LabelledPoint, string, readonly number[]][] = hasRange
    ? [
        [high, 'High ', [-9, -22]],
        [low, 'Low ', [17, 30]],
      ]
    : [];
  const others = suspects.slice(-LABELLED_SUSPECTS).map((one): [LabelledPoint, string, readonly number[]] => {
    return [one, '', one.y > high.y ? [17, -9, 30] : OFFSETS];
  });
  const wanted = [...extremes, ...others].map(([point, prefix, offsets]) => {
    const text = `${prefix}${point.text}`;
    return { text, x: pixelX(pen, point), y: pixelY(pen, point), width: textWidth(text, LABEL_FONT), offsets };
  });
  const marks = [last, ...suspects, ...pen.model.fires].map((point) => around(pixelX(pen, point), pixelY(pen, point)));
  const frame = { left, right, top: top - 14, bottom: bottom + 4 };
  const colours = new Map(others.map(([{ text }]) => [text, palette(pen).warning]));
  for (const { text, x, y } of placeLabels(wanted, frame, marks))
    writeOnHalo(pen, text, x, y, colours.get(text) ?? palette(pen).ink);
}

const around = (x: number, y: number): Box => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 });

function drawCorrections(pen: Pen): void {
  for (const point of pen.model.corrections) {
    disc(pen.context, pixelX(pen, point), pixelY(pen, point), 3, palette(pen).background, palette(pen).sma50);
  }
}
