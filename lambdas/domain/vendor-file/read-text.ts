import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BadFile } from './bad-file.ts';
import { unzipped } from './unzipped.ts';

/** Longer than any price row. Limits the memory that a file without line breaks takes. */
const MAX_LINE_CHARS = 1 << 20;

/** A zip file is in memory while it is unpacked. */
const MAX_ZIP_BYTES = 200_000_000;

/**
 * Decodes a file into blocks of whole lines, so that the text is never in memory at once; only a packed zip file is. Gzip and zip are recognized by
 * their first bytes; a UTF-8 byte order mark is removed.
 * @param maxBytes of unpacked text
 * @yields text that ends with a line break, except for the last block
 * @throws BadFile for text that is not UTF-8, broken gzip or zip, lines that are too long, and more than `maxBytes`
 */
export async function* readText(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let lines = 0;
  let size = 0;
  for await (const bytes of unpacked(body, maxBytes)) {
    size += bytes.length;
    if (size > maxBytes) throw tooLarge(maxBytes, 'one that unpacks to more');
    const text = rest + decode(decoder, bytes, lines);
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) {
      const block = text.slice(0, end);
      lines += countLines(block);
      yield block;
    }
    rest = text.slice(end);
    if (rest.length > MAX_LINE_CHARS) {
      throw new BadFile({
        line: lines + 1,
        expected: `lines of at most ${MAX_LINE_CHARS} characters that end in LF or CRLF`,
        found: 'a longer one',
      });
    }
  }
  const last = rest + decode(decoder, undefined, lines);
  if (last) yield last;
}

export const tooLarge = (maxBytes: number, found: string): BadFile =>
  new BadFile({
    expected: `a file of at most ${maxBytes} bytes of text (split it into parts, each in its own folder)`,
    found,
  });

async function* unpacked(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  const first = await firstBytes(chunks);
  const whole = Readable.from(resumed(first, chunks), { objectMode: false, highWaterMark: 1 << 20 });
  try {
    if (first[0] === 0x1f && first[1] === 0x8b) yield* gunzip(whole);
    else if (isZip(first)) yield* unzipped(await wholeZip(whole, maxBytes));
    else yield* whole;
  } finally {
    whole.destroy();
  }
}

async function* gunzip(zipped: Readable): AsyncGenerator<Uint8Array> {
  const plain = createGunzip({ chunkSize: 1 << 18 });
  zipped.once('error', (error) => plain.destroy(error));
  try {
    yield* zipped.pipe(plain);
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw new BadFile({ expected: 'a complete gzip file', found: `a truncated or damaged one (${error.message})` });
  }
}

/** `PK` and the mark of a first file, or of an empty zip file. */
const isZip = (first: Uint8Array): boolean =>
  first[0] === 0x50 && first[1] === 0x4b && ((first[2] === 3 && first[3] === 4) || (first[2] === 5 && first[3] === 6));

/** Reads a zip file completely: its list of files is at its end. */
async function wholeZip(stream: Readable, maxBytes: number): Promise<Buffer> {
  const max = Math.min(maxBytes, MAX_ZIP_BYTES);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > max) throw tooLarge(max, 'a larger zip file; use gzip');
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** Reads at least four bytes: a stream may deliver them one by one. */
async function firstBytes(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 4) {
    const { value, done } = await chunks.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return head;
}

async function* resumed(first: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  } finally {
    // Close the connection of a file that is rejected early.
    await chunks.return?.();
  }
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array | undefined, lines: number): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch {
    const isUtf16 = bytes && (bytes[0] === 0xff || bytes[0] === 0xfe) && lines === 0;
    throw new BadFile({
      line: lines + 1 + (isUtf16 || !bytes ? 0 : linesBeforeBadBytes(bytes)),
      expected: 'UTF-8 text',
      found: isUtf16 ? 'what looks like UTF-16' : 'bytes that are not UTF-8',
    });
  }
}

/** Number of whole lines in a chunk before the line that is not UTF-8. */
function linesBeforeBadBytes(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start) + 1 || bytes.length;
    try {
      // The first line may begin in the middle of a character.
      if (start > 0) decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end;
  }
  return 0;
}

function countLines(block: string): number {
  let lines = 0;
  for (let at = block.indexOf('\n'); at !== -1; at = block.indexOf('\n', at + 1)) lines++;
  return lines;
}

const isZlibError = (error: unknown): error is Error =>
  typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_');
