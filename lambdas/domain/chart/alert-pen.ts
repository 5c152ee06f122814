import { disc, type Pen, palette } from './pen.ts';

/** Draws each threshold inside the scale as a dashed line. */
export function drawThresholds(pen: Pen): void {
  const { context, model, scene, at } = pen;
  const { left, right } = scene.plot;
  for (const { y: value } of model.thresholds) {
    if (value < scene.y.min || value > scene.y.max) continue;
    const { y } = at({ x: 0, y: value });
    context.strokeStyle = palette(pen).ink;
    context.lineWidth = 1.4;
    context.setLineDash([6, 4]);
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.stroke();
    context.setLineDash([]);
  }
}

/** Draws a disc on each close that fired. */
export function drawFires(pen: Pen): void {
  for (const point of pen.model.fires)
    disc(pen.context, pen.at(point), 4.5, palette(pen).link, palette(pen).background);
}
