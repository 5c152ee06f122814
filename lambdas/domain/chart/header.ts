import { hasValues } from './caption.ts';
import { font } from './fonts.ts';
import { diamond, disc, lineColour, type Pen, palette, pill, polygon, write } from './pen.ts';
import { FORMS, LEFT } from './scene.ts';
import { textWidth } from './text.ts';

const PRICE_FONT = font(34, 700);
/** For a price of many digits, so that the chip after it keeps its place. */
const SMALL_PRICE_FONT = font(20, 700);
const WIDE_PRICE = 260;
const TEXT_FONT = font(15);
const CHIP_FONT = font(16, 600);
const LEGEND_FONT = font(13, 500);
const RIGHT = FORMS.alone.width - 16;
/** Baselines of the two lines. */
const [NAME_LINE, PRICE_LINE] = [30, 72];

/** Draws name, price and legend above a chart that stands alone. */
export function drawHeader(pen: Pen): void {
  const { model, tickerFont } = pen;
  const { ink, muted, warning } = palette(pen);
  const room = drawLegend(pen) - 14;
  let x = LEFT + write(pen, shortened(model.ticker, room - LEFT, tickerFont), LEFT, NAME_LINE, tickerFont, ink) + 9;
  if (room - x > 60) write(pen, shortened(model.company, room - x, TEXT_FONT), x, NAME_LINE, TEXT_FONT, muted);
  const priceFont = textWidth(model.lastText, PRICE_FONT) > WIDE_PRICE ? SMALL_PRICE_FONT : PRICE_FONT;
  x = LEFT + write(pen, model.lastText, LEFT, PRICE_LINE, priceFont, ink) + 12;
  x += chip(pen, x, model.changeText, lineColour(pen), model.direction);
  if (model.lastIsSuspect) x += chip(pen, x, 'suspect', warning, 'flat');
  const asOf = `Close of ${model.dateText}`;
  const asOfLeft = RIGHT - textWidth(asOf, TEXT_FONT);
  if (asOfLeft - 12 > x) write(pen, asOf, RIGHT, PRICE_LINE, TEXT_FONT, muted, 'right');
  if (x + textWidth(model.rangeText, TEXT_FONT) < asOfLeft - 12)
    write(pen, model.rangeText, x, PRICE_LINE, TEXT_FONT, muted);
}

function shortened(text: string, width: number, textFont: string): string {
  if (textWidth(text, textFont) <= width) return text;
  const kept = [...text].findLastIndex((_, i, all) => textWidth(`${all.slice(0, i).join('')}…`, textFont) <= width);
  return `${[...text].slice(0, Math.max(1, kept)).join('')}…`;
}

/** Draws a rounded chip with an arrow. @returns its width (px); 0 for an empty text */
function chip(pen: Pen, x: number, text: string, colour: string, direction: 'up' | 'down' | 'flat'): number {
  if (!text) return 0;
  const { context } = pen;
  const arrowWidth = direction === 'flat' ? 0 : 15;
  const width = textWidth(text, CHIP_FONT) + 22 + arrowWidth;
  context.globalAlpha = 0.13;
  pill(context, x, PRICE_LINE - 22, width, 29, 14.5, colour);
  context.globalAlpha = 1;
  if (direction !== 'flat') {
    const [tip, base] = direction === 'up' ? [PRICE_LINE - 13, PRICE_LINE - 3] : [PRICE_LINE - 3, PRICE_LINE - 13];
    polygon(context, [x + 11, base, x + 16.5, tip, x + 22, base], colour);
  }
  write(pen, text, x + 11 + arrowWidth, PRICE_LINE - 2, CHIP_FONT, colour);
  return width + 10;
}

type Key = { label: string; colour: string; shape: 'line' | 'box' | 'diamond' | 'ring' };

/** Draws the legend from the right. @returns x of its left end (px) */
function drawLegend(pen: Pen): number {
  const { context, model } = pen;
  const { sma20, sma50, volumeKey, warning, muted, background } = palette(pen);
  const keys: (Key | false)[] = [
    model.suspects.length > 0 && { label: 'Suspect', colour: warning, shape: 'diamond' },
    model.corrections.length > 0 && { label: 'Corrected', colour: sma50, shape: 'ring' },
    model.volumes.length > 0 && { label: `Volume up to ${model.volumeText}`, colour: volumeKey, shape: 'box' },
    hasValues(model.sma50) && { label: 'SMA 50', colour: sma50, shape: 'line' },
    hasValues(model.sma20) && { label: 'SMA 20', colour: sma20, shape: 'line' },
    { label: 'Close', colour: lineColour(pen), shape: 'line' },
  ];
  const y = NAME_LINE - 5;
  let x: number = RIGHT;
  for (const key of keys) {
    if (!key) continue;
    x -= write(pen, key.label, x, NAME_LINE, LEGEND_FONT, muted, 'right') + 18;
    if (key.shape === 'line') pill(context, x - 1, y - 1.5, 14, 3, 1.5, key.colour);
    else if (key.shape === 'box') pill(context, x + 3, y - 5, 10, 10, 2.5, key.colour);
    else if (key.shape === 'diamond') diamond(context, { x: x + 8, y }, 5, key.colour, background);
    else disc(context, { x: x + 8, y }, 3.6, background, key.colour);
    x -= 13;
  }
  return x;
}
