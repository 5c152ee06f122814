import { disc, type Pen, palette, pixelX, pixelY, writeOnHalo } from './pen.ts';

const LABEL_HEIGHT = 13;

/** Draws each threshold inside the scale as a dashed line with its price on the left. */
export function drawThresholds(pen: Pen): void {
  const { context, model, chart, scene } = pen;
  const { left, right } = chart.chartArea;
  let labelled = Number.NEGATIVE_INFINITY;
  for (const { y: value, text } of model.thresholds.toSorted((a, b) => b.y - a.y)) {
    if (value < scene.y.min || value > scene.y.max) continue;
    const y = pixelY(pen, { x: 0, y: value });
    context.strokeStyle = palette(pen).link;
    context.lineWidth = 1.2;
    context.setLineDash([6, 4]);
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.stroke();
    context.setLineDash([]);
    // Labels of lines that are near each other would cover each other.
    if (y - labelled < LABEL_HEIGHT) continue;
    labelled = y;
    writeOnHalo(pen, `Alert ${text}`, left + 4, y - 5, palette(pen).link, 'left');
  }
}

/** Draws a disc on each close that fired. */
export function drawFires(pen: Pen): void {
  for (const point of pen.model.fires)
    disc(pen.context, pixelX(pen, point), pixelY(pen, point), 4, palette(pen).link, palette(pen).background);
}
