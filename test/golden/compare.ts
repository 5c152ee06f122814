import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';

/** UPDATE_GOLDEN=1 replaces the golden files; then check every file that changed. */
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

/** Levels (of 255) by which a pixel may differ: machines round anti-aliased edges differently. */
const SAME_LEVEL = 8;
/**
 * The same for another processor: arm64 in qemu differs from x64 by more than that in at most 113 pixels of a chart (of 10,000 points; in
 * the others at most 1). A shift by a third of a pixel changes at least 339.
 */
export const SAME_LEVEL_ELSEWHERE = 48;
const MAX_DIFFERENT_PIXELS = 200;

/** Compares a picture with its golden one, pixel by pixel. On failure the new one is saved as `.actual.png`. */
export async function expectGoldenPicture(name: string, png: Buffer, sameLevel = SAME_LEVEL): Promise<void> {
  const golden = goldenFile(`${name}.png`, png);
  const [expected, actual] = [await pixelsOf(golden), await pixelsOf(png)];
  expect({ name, size: [actual.width, actual.height] }).toEqual({ name, size: [expected.width, expected.height] });
  let different = 0;
  for (let i = 0; i < expected.data.length; i += 4) {
    const apart = [0, 1, 2].some((c) => Math.abs((expected.data[i + c] ?? 0) - (actual.data[i + c] ?? 0)) > sameLevel);
    if (apart) different++;
  }
  keepActual(`${name}.png`, png, different > MAX_DIFFERENT_PIXELS);
  expect({ name, different: different > MAX_DIFFERENT_PIXELS ? different : 0 }).toEqual({ name, different: 0 });
}

/** Compares a text with its golden one. On failure the new one is saved as `.actual`. */
export function expectGoldenText(name: string, text: string): void {
  const golden = goldenFile(name, Buffer.from(text)).toString();
  keepActual(name, Buffer.from(text), golden !== text);
  expect(text).toBe(golden);
}

const pathOf = (name: string): string => join(import.meta.dirname, name);

function goldenFile(name: string, made: Buffer): Buffer {
  if (UPDATE) writeFileSync(pathOf(name), made);
  if (!existsSync(pathOf(name)))
    throw new Error(`Expected a golden file ${name}, found none. Create it with UPDATE_GOLDEN=1 and check it.`);
  return readFileSync(pathOf(name));
}

function keepActual(name: string, made: Buffer, isWrong: boolean): void {
  const actual = pathOf(name.replace(/(\.\w+)$/, '.actual$1'));
  if (isWrong) writeFileSync(actual, made);
  else rmSync(actual, { force: true });
}

async function pixelsOf(png: Buffer) {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  return { width: image.width, height: image.height, data: context.getImageData(0, 0, image.width, image.height).data };
}
