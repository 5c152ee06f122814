import { once } from 'node:events';
import { createGzip, type Gzip } from 'node:zlib';

/** The compressor gets text in pieces of about this many characters. */
const PIECE = 1 << 18;

/** Text that is compressed while it is written: a million rows take a few megabytes. */
export class CompressedText {
  readonly #level: number;
  readonly #chunks: Buffer[] = [];
  #gzip: Gzip | undefined;
  #pending = '';
  #bytes = 0;

  /** @param level of gzip, 1 (fast) to 9 */
  constructor(level: number) {
    this.#level = level;
  }

  /** Compressed bytes so far; the last pieces may not be in them. */
  get bytes(): number {
    return this.#bytes;
  }

  add(text: string): void {
    this.#pending += text;
    if (this.#pending.length > PIECE) this.#flush();
  }

  /** @returns the compressed text; undefined if there is none */
  async close(): Promise<Buffer | undefined> {
    if (this.#pending !== '') this.#flush();
    const gzip = this.#gzip;
    if (!gzip) return undefined;
    await new Promise<void>((resolve, reject) => gzip.once('error', reject).once('end', resolve).end());
    return Buffer.concat(this.#chunks);
  }

  /** Waits until the compressor accepts more text. */
  async drained(): Promise<void> {
    if (this.#gzip?.writableNeedDrain) await once(this.#gzip, 'drain');
  }

  #flush(): void {
    this.#gzip ??= this.#open();
    this.#gzip.write(this.#pending);
    this.#pending = '';
  }

  #open(): Gzip {
    const gzip = createGzip({ level: this.#level });
    gzip.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
    });
    return gzip;
  }
}
