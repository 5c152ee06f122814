import { drawFires, drawThresholds } from './alert-pen.ts';
import { type Area, drawArea } from './area.ts';
import { drawHeader } from './header.ts';
import { diamond, disc, lineColour, type Pen, palette, pill, write, writeOnHalo } from './pen.ts';
import { FORMS, SCALE, TAG_HEIGHT } from './scene.ts';
import { TAG_FONT, TICK_FONT } from './text.ts';

/** Draws background, grid, volumes and area, below the lines. */
export function drawUnderlay(pen: Pen): void {
  const { context, scene, at } = pen;
  const { width, height } = FORMS[scene.form];
  context.fillStyle = palette(pen).background;
  context.fillRect(0, 0, width, height);
  context.fillStyle = palette(pen).grid;
  const { left, right } = scene.plot;
  // The tag of the last close hides the label of a value beside it: without a label a line says nothing.
  for (const { value } of scene.values.filter(({ label }) => label))
    context.fillRect(left, Math.round(at({ x: 0, y: value }).y), right - left, 1);
  drawVolumes(pen);
  drawArea(context, areaOf(pen));
}

/** Draws marks, labels and header, above the lines. */
export function drawOverlay(pen: Pen): void {
  pen.context.save();
  drawThresholds(pen);
  for (const point of pen.model.dots) disc(pen.context, pen.at(point), 3.2, lineColour(pen));
  drawLast(pen);
  drawExtremes(pen);
  // Above the mark of a high or low, which still has its label.
  for (const point of pen.model.corrections)
    disc(pen.context, pen.at(point), 3.6, palette(pen).background, palette(pen).sma50);
  drawFires(pen);
  // A suspect outside of the scale is at its edge.
  for (const suspect of pen.model.suspects)
    diamond(pen.context, pen.at(suspect), 6, palette(pen).warning, palette(pen).background);
  drawLabels(pen);
  if (pen.scene.form === 'alone') drawHeader(pen);
  pen.context.restore();
}

/** Draws one path, aligned to device pixels, so that bars are sharp and compress well. */
function drawVolumes(pen: Pen): void {
  const { context, model, scene, at } = pen;
  if (scene.volumeTop === undefined) return;
  const most = model.volumes.reduce((a, { y }) => Math.max(a, y), 0) || 1;
  const { left, right, bottom } = scene.plot;
  const snap = (value: number) => Math.round(value * SCALE) / SCALE;
  const width = Math.max(0.5, snap(Math.min(((right - left) / model.days.length) * 0.7, 14)));
  context.fillStyle = palette(pen).volume;
  context.beginPath();
  for (const volume of model.volumes) {
    const height = snap((volume.y / most) * (bottom - scene.volumeTop));
    const x = Math.min(Math.max(snap(at(volume).x - width / 2), left), right - width);
    context.rect(x, bottom - height, width, height);
  }
  context.fill();
}

const areaOf = (pen: Pen): Area => ({
  points: pen.model.line.map((point) => (Number.isNaN(point.y) ? point : pen.at(point))),
  top: pen.at(pen.model.high).y,
  bottom: pen.scene.plot.bottom,
  colour: lineColour(pen),
  opacity: palette(pen).areaOpacity,
});

function drawLast(pen: Pen): void {
  const { context, model, scene, at } = pen;
  const { left, right } = scene.plot;
  const { x, y } = at(model.last);
  const colour = lineColour(pen);
  context.strokeStyle = colour;
  context.globalAlpha = 0.55;
  context.lineWidth = 1.2;
  context.setLineDash([2, 4]);
  context.beginPath();
  context.moveTo(left, y);
  context.lineTo(right, y);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 0.2;
  disc(context, { x, y }, 9, colour);
  context.globalAlpha = 1;
  disc(context, { x, y }, 4.5, colour, palette(pen).background);
  const { box, text } = scene.tag;
  pill(context, box.left, box.top, box.right - box.left, TAG_HEIGHT, 7, colour);
  write(pen, text, (box.left + box.right) / 2, scene.tag.y + 6, TAG_FONT, palette(pen).tagInk, 'center');
}

function drawExtremes(pen: Pen): void {
  const { high, low } = pen.model;
  const labels = pen.scene.labels.map(({ text }) => text);
  for (const [name, point] of [
    ['High', high],
    ['Low', low],
  ] as const)
    if (labels.includes(`${name} ${point.text}`))
      disc(pen.context, pen.at(point), 3.6, palette(pen).background, palette(pen).ink);
}

function drawLabels(pen: Pen): void {
  const { scene } = pen;
  const { ink, muted, warning } = palette(pen);
  const colours = { extreme: ink, suspect: warning, threshold: ink };
  for (const { text, x, y, kind } of scene.labels) writeOnHalo(pen, text, x, y, colours[kind]);
  for (const { value, label } of scene.values)
    write(pen, label, scene.plot.right + 10, pen.at({ x: 0, y: value }).y + 6, TICK_FONT, muted);
  for (const { text, x, y } of scene.dates) write(pen, text, x, y, TICK_FONT, muted, 'center');
}
