import { createCanvas, loadImage } from '@napi-rs/canvas';
import fc from 'fast-check';
import { encodePng } from '../../../lambdas/domain/chart/png.ts';

async function decode(png: Buffer): Promise<Uint8ClampedArray> {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height).data;
}

test('up to 160 colours are exact', async () => {
  const picture = fc
    .tuple(fc.integer({ min: 1, max: 26 }), fc.integer({ min: 1, max: 6 }))
    .chain(([width, height]) =>
      fc.tuple(
        fc.constant(width),
        fc.constant(height),
        fc.uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 }),
      ),
    );
  await fc.assert(
    fc.asyncProperty(picture, async ([width, height, bytes]) => {
      const rgba = Uint8Array.from(bytes, (byte, i) => (i % 4 === 3 ? 255 : byte));
      expect([...(await decode(await encodePng(rgba, width, height)))]).toEqual([...rgba]);
    }),
    { numRuns: 60 },
  );
});

const blend = (t: number, jitter: number) => [t, ((t * 7) >> 3) + jitter, 200 - (t >> 1), 255];

test('of hundreds of blended colours, frequent ones are exact and rare ones similar', async () => {
  const rgba = new Uint8Array(200 * 100 * 4);
  for (let i = 0; i < 20_000; i++) rgba.set(i % 2 ? [10, 20, 30, 255] : blend((i >> 1) % 250, i % 3), i * 4);
  const shown = await decode(await encodePng(rgba, 200, 100));
  let worst = 0;
  for (let i = 0; i < rgba.length; i++) worst = Math.max(worst, Math.abs((rgba[i] ?? 0) - (shown[i] ?? 0)));
  expect([...shown.slice(4, 8)]).toEqual([10, 20, 30, 255]);
  expect(worst).toBeLessThan(16);
});
