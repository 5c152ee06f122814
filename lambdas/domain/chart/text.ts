import { createCanvas } from '@napi-rs/canvas';
import { font } from './fonts.ts';

export const TICK_FONT = font(17, 500);
export const TAG_FONT = font(17, 700);
export const LABEL_FONT = font(16, 600);

const ruler = createCanvas(1, 1).getContext('2d');

/** Width of a text (CSS pixels). */
export function textWidth(text: string, textFont: string): number {
  ruler.font = textFont;
  return ruler.measureText(text).width;
}
