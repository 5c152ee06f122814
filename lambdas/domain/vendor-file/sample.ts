import { SAMPLE_ROWS } from './file-format.ts';

/** Limits the sample of a file with long lines. */
const SAMPLE_CHARS = 1 << 22;

/** The first blocks, with enough lines for a sample. */
export async function sampleOf(blocks: AsyncIterator<string>): Promise<{ first: string; isWhole: boolean }> {
  let first = '';
  while (first.length < SAMPLE_CHARS && countLines(first) <= SAMPLE_ROWS) {
    const next = await blocks.next();
    if (next.done) return { first, isWhole: true };
    first += next.value;
  }
  return { first, isWhole: false };
}

export async function* resumed(first: string, blocks: AsyncIterator<string>): AsyncGenerator<string> {
  if (first !== '') yield first;
  for (let next = await blocks.next(); !next.done; next = await blocks.next()) yield next.value;
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1 && count <= SAMPLE_ROWS; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** The lines of a sample, and a few more for the header. */
export function firstLines(text: string): string {
  let end = 0;
  for (let line = 0; line < SAMPLE_ROWS + 10; line++) {
    const at = text.indexOf('\n', end);
    if (at === -1) return text;
    end = at + 1;
  }
  return text.slice(0, end);
}
