import { CompressedText } from './compressed-text.ts';
import { QUARANTINE_HEADER } from './quarantine.ts';

/** Limit in compressed bytes. Further rows are only counted; the uploaded file has all rows. */
const MAX_QUARANTINE_BYTES = 32 << 20;
const LEVEL = 6;

/** Collects quarantined rows, compressed. */
export class QuarantineFile {
  readonly #text = new CompressedText(LEVEL);
  #isEmpty = true;
  #leftOut = 0;

  add(line: string): void {
    if (this.#text.bytes > MAX_QUARANTINE_BYTES) {
      this.#leftOut++;
      return;
    }
    this.#text.add(this.#isEmpty ? QUARANTINE_HEADER + line : line);
    this.#isEmpty = false;
  }

  /** @returns gzipped CSV, or undefined if no row was added */
  close(): Promise<Buffer | undefined> {
    if (this.#leftOut > 0) this.#text.add(`,,,and ${this.#leftOut} more bad rows: see the uploaded file,\r\n`);
    return this.#text.close();
  }

  /** Waits until the compressor accepts more rows. */
  drained = (): Promise<void> => this.#text.drained();
}
