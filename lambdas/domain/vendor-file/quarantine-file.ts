import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import { QUARANTINE_HEADER } from './quarantine.ts';

/** Limit in compressed bytes. Further rows are only counted; the uploaded file has all rows. */
const MAX_QUARANTINE_BYTES = 32 << 20;

/** Collects quarantined rows, compressed: a million rows take a few megabytes. */
export class QuarantineFile {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #leftOut = 0;
  #gzip: ReturnType<typeof createGzip> | undefined;
  #pending = '';

  add(line: string): void {
    if (this.#bytes > MAX_QUARANTINE_BYTES) {
      this.#leftOut++;
      return;
    }
    if (!this.#gzip) {
      this.#gzip = createGzip();
      this.#gzip.on('data', (chunk: Buffer) => {
        this.#chunks.push(chunk);
        this.#bytes += chunk.length;
      });
      this.#pending = QUARANTINE_HEADER;
    }
    this.#pending += line;
    if (this.#pending.length > 1 << 18) this.#flush();
  }

  /** @returns gzipped CSV, or undefined if no row was added */
  async close(): Promise<Buffer | undefined> {
    if (!this.#gzip) return undefined;
    if (this.#leftOut > 0) this.#pending += `,,,and ${this.#leftOut} more bad rows: see the uploaded file,\r\n`;
    this.#flush();
    const gzip = this.#gzip;
    await new Promise<void>((resolve, reject) => gzip.once('error', reject).once('end', resolve).end());
    return Buffer.concat(this.#chunks);
  }

  /** Waits until the compressor accepts more rows. */
  async drained(): Promise<void> {
    if (this.#gzip?.writableNeedDrain) await once(this.#gzip, 'drain');
  }

  #flush(): void {
    this.#gzip?.write(this.#pending);
    this.#pending = '';
  }
}
