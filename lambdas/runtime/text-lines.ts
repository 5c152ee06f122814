import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * The lines of a text in UTF-8, gzipped or not, as a stream: an unpacked file may be longer than a string can be. Lines end at \n or \r\n
 * only; `readline` would also part them at U+2028, which JSON may have inside a text.
 */
export async function* textLines(bytes: Uint8Array): AsyncGenerator<string> {
  const body = Readable.from([Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = isPacked ? body.pipe(createGunzip()) : body;
  let rest = '';
  for await (const chunk of text.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (rest !== '') yield rest;
}
