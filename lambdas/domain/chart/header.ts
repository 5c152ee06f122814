import type { Point } from './chart-model.ts';
import { font } from './fonts.ts';
import { diamond, disc, lineColour, type Pen, palette, pill, polygon, write } from './pen.ts';
import { MARGIN, SIZE, textWidth } from './scene.ts';

/** Wider prices (px) get a smaller font, so that the chip after them keeps its place. */
const WIDE_PRICE = 230;

export function drawHeader(pen: Pen): void {
  const {
    model,
    scene: { tickerFont },
  } = pen;
  const { ink, muted, faint, warning } = palette(pen);
  const legendLeft = drawLegend(pen);
  write(pen, shortened(model.ticker, legendLeft - MARGIN.left - 12, tickerFont), MARGIN.left, 30, tickerFont, ink);
  const priceFont = textWidth(model.lastText, font(27, 700)) > WIDE_PRICE ? font(17, 700) : font(27, 700);
  let x = MARGIN.left + write(pen, model.lastText, MARGIN.left, 61, priceFont, ink) + 11;
  x += chip(pen, x, model.changeText, lineColour(pen), model.isFlat ? 'none' : model.isUp ? 'up' : 'down');
  if (model.lastIsSuspect) x += chip(pen, x, 'suspect', warning, 'none');
  const asOf = `As of ${model.dateText} close`;
  const right = SIZE.width - 20;
  const room = right - textWidth(asOf, font(10.5)) - 12 - x;
  if (textWidth(model.rangeText, font(12)) <= room) write(pen, model.rangeText, x, 57.8, font(12), muted);
  if (room > 0) write(pen, asOf, right, 57.8, font(10.5), faint, 'right');
}

function shortened(text: string, width: number, textFont: string): string {
  if (textWidth(text, textFont) <= width) return text;
  const kept = [...text].findLastIndex((_, i, all) => textWidth(`${all.slice(0, i).join('')}…`, textFont) <= width);
  return `${[...text].slice(0, Math.max(1, kept)).join('')}…`;
}

/** Draws a rounded chip with an arrow. @returns its width (px); 0 for an empty text */
function chip(pen: Pen, x: number, text: string, colour: string, arrow: 'up' | 'down' | 'none'): number {
  if (!text) return 0;
  const { context } = pen;
  const arrowWidth = arrow === 'none' ? 0 : 12;
  const width = textWidth(text, font(12, 600)) + 17 + arrowWidth;
  context.globalAlpha = 0.13;
  pill(context, x, 43, width, 21, 10.5, colour);
  context.globalAlpha = 1;
  if (arrow !== 'none') {
    const [tip, base] = arrow === 'up' ? [50, 57] : [57, 50];
    polygon(context, [x + 9, base, x + 13, tip, x + 17, base], colour);
  }
  write(pen, text, x + 9 + arrowWidth, 57.8, font(12, 600), colour);
  return width + 8;
}

type Key = { label: string; colour: string; shape: 'line' | 'box' | 'diamond' | 'ring' };

/** Draws the legend from the right. @returns x of its left end (px) */
function drawLegend(pen: Pen): number {
  const { context, model } = pen;
  const { sma20, sma50, volumeKey, warning, muted, background } = palette(pen);
  const hasValues = (points: readonly Point[]) => points.some(({ y }) => !Number.isNaN(y));
  const keys: (Key | false)[] = [
    model.suspects.length > 0 && { label: 'Suspect', colour: warning, shape: 'diamond' },
    model.corrections.length > 0 && { label: 'Corrected', colour: sma50, shape: 'ring' },
    model.volumes.length > 0 && { label: 'Volume', colour: volumeKey, shape: 'box' },
    hasValues(model.sma50) && { label: 'SMA 50', colour: sma50, shape: 'line' },
    hasValues(model.sma20) && { label: 'SMA 20', colour: sma20, shape: 'line' },
    { label: 'Close', colour: lineColour(pen), shape: 'line' },
  ];
  let x = SIZE.width - 20;
  for (const key of keys) {
    if (!key) continue;
    x -= write(pen, key.label, x, 29.5, font(10.5, 500), muted, 'right') + 18;
    if (key.shape === 'line') pill(context, x, 24.5, 13, 2.5, 1.25, key.colour);
    else if (key.shape === 'box') pill(context, x + 4, 21.5, 8, 8, 2, key.colour);
    else if (key.shape === 'diamond') diamond(context, x + 8, 25.7, 4.5, key.colour, background);
    else disc(context, x + 8, 25.7, 3, background, key.colour);
    x -= 13;
  }
  return x;
}
