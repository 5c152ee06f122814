import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { ChartModel, Point } from './chart-model.ts';
import { type FontFiles, loadFonts } from './fonts.ts';
import { drawOverlay, drawUnderlay } from './marks.ts';
import { lineColour, type Pen, palette, penOf } from './pen.ts';
import { encodePng } from './png.ts';
import { type ChartForm, FORMS, SCALE, sceneOf } from './scene.ts';

export type RenderChart = (model: ChartModel, form: ChartForm) => Promise<Buffer>;

/** More points make a line of this width look like a band. */
const MANY_POINTS = 140;

/**
 * Returns a function that draws charts as PNG, with two pixels for each CSS pixel (see FORMS).
 * @throws Error if the font cannot be loaded
 */
export function chartRenderer(fonts: FontFiles): RenderChart {
  const tickerFont = loadFonts(fonts);
  // One canvas for each form: allocating one takes longer than drawing on it.
  const contexts = { mail: contextOf('mail'), alone: contextOf('alone') };
  return (model, form) => {
    const { width, height } = FORMS[form];
    const context = contexts[form];
    context.save();
    context.scale(SCALE, SCALE);
    const pen = penOf({ context, model, scene: sceneOf(model, form), tickerFont: tickerFont(model.ticker) });
    drawUnderlay(pen);
    drawLines(pen);
    drawOverlay(pen);
    context.restore();
    // The pixels are copied before the compression starts, so the next chart may use the canvas.
    const { data } = context.getImageData(0, 0, width * SCALE, height * SCALE);
    return encodePng(data, width * SCALE, height * SCALE);
  };
}

const contextOf = (form: ChartForm): SKRSContext2D =>
  createCanvas(FORMS[form].width * SCALE, FORMS[form].height * SCALE).getContext('2d');

function drawLines(pen: Pen): void {
  const { model } = pen;
  const { sma20, sma50 } = palette(pen);
  drawLine(pen, model.sma50, sma50, 1.8);
  drawLine(pen, model.sma20, sma20, 1.8);
  drawLine(pen, model.line, lineColour(pen), model.points.length > MANY_POINTS ? 2.2 : 2.8);
}

/** Draws a line that is broken where y is NaN. */
function drawLine({ context, at }: Pen, points: readonly Point[], colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.beginPath();
  let isBroken = true;
  for (const point of points) {
    const { x, y } = at(point);
    if (!Number.isNaN(y)) isBroken ? context.moveTo(x, y) : context.lineTo(x, y);
    isBroken = Number.isNaN(y);
  }
  context.stroke();
}
