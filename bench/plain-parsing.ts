import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import Papa from 'papaparse';

/** Calibration: time (ms) to unpack and parse a gzipped CSV file, without doing anything with its rows. */
export async function plainParsing(file: string): Promise<number> {
  const started = performance.now();
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of createReadStream(file).pipe(createGunzip())) {
    const text = rest + decoder.decode(bytes, { stream: true });
    const end = text.lastIndexOf('\n') + 1;
    Papa.parse(text.slice(0, end));
    rest = text.slice(end);
  }
  return performance.now() - started;
}
