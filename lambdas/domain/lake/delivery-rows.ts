import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type AcceptedRow, acceptedRow } from '../delivery/accepted-rows.ts';
import { splitLines } from '../vendor-file/split-lines.ts';

/** Rows of a month are compressed in pieces of about this many characters: a long history has millions of rows. */
const PIECE = 1 << 17;

/** The rows of one delivery by month: of two rows of a ticker and date the later line counts. */
export class DeliveryRows {
  /** Rows without a close of their own: retirements, splits and renames. */
  readonly notices: AcceptedRow[] = [];
  readonly #months = new Map<string, { pieces: Buffer[]; text: string }>();
  /** Ticker → line that retires it: its earlier rows are gone. */
  readonly #retired = new Map<string, number>();

  /** Adds the lines of `rows.csv.gz`, without its header. */
  add(rows: readonly { row: AcceptedRow; text: string }[]): void {
    for (const { row, text } of rows) {
      const isPrice = row.date !== '' && row.action !== 'S' && row.action !== 'R';
      if (isPrice) this.#keep(row.date.slice(0, 7), text);
      else this.notices.push(row);
      if (row.action === 'D' && row.date === '') this.#retired.set(row.ticker, row.line);
    }
  }

  get months(): string[] {
    return [...this.#months.keys()];
  }

  /** The rows of a month (`2020-01`), one for each ticker and date. @param make called for each row at once, so that few are kept twice */
  of<T>(month: string, make: (row: AcceptedRow) => T): T[] {
    const { pieces, text } = this.#months.get(month) ?? { pieces: [], text: '' };
    const last = new Map<string, T>();
    for (const piece of [...pieces.map((one) => zstdDecompressSync(one).toString()), text]) {
      if (piece === '') continue;
      for (const text of piece.slice(0, -1).split('\n')) {
        const row = acceptedRow(
          text.includes('"') ? (splitLines(text, ',', 1).lines[0]?.fields ?? []) : text.split(','),
        );
        if (row.line > (this.#retired.get(row.ticker) ?? 0)) last.set(`${row.ticker} ${row.date}`, make(row));
      }
    }
    return [...last.values()];
  }

  #keep(month: string, text: string): void {
    const found = this.#months.get(month) ?? { pieces: [], text: '' };
    found.text += `${text}\n`;
    if (found.text.length > PIECE) {
      found.pieces.push(zstdCompressSync(found.text));
      found.text = '';
    }
    this.#months.set(month, found);
  }
}
