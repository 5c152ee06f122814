import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type AcceptedRow, acceptedRow } from '../delivery/accepted-rows.ts';
import { splitLines } from '../vendor-file/split-lines.ts';

/** Rows of a month are compressed in pieces of about this many characters: a long history has millions of rows. */
const PIECE = 1 << 17;
/** With more characters than this in all months together, each is compressed: a history may have a thousand months. */
const MAX_OPEN = 1 << 23;

/** The rows of one delivery by month: of two rows of a ticker and date the later line counts. */
export class DeliveryRows {
  /** Rows without a close of their own: retirements, splits and renames. */
  readonly notices: AcceptedRow[] = [];
  readonly #months = new Map<string, { pieces: Buffer[]; text: string }>();
  /** Characters that are not compressed yet. */
  #open = 0;
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

  /** The rows of a month (`2020-01`), one for each ticker and date. @param make called for each row at once, so that few are kept twice */
  of<T>(month: string, make: (row: AcceptedRow) => T): T[] {
    const { pieces, text } = this.#months.get(month) ?? { pieces: [], text: '' };
    const last = new Map<string, T>();
    for (const piece of [...pieces.map((one) => zstdDecompressSync(one).toString()), text]) {
      if (piece === '') continue;
      const lines = piece.slice(0, -1).split('\n');
      const all = piece.includes('"') ? splitLines(piece, ',', 1).lines.map(({ fields }) => fields) : undefined;
      for (const [i, text] of lines.entries()) {
        const row = acceptedRow(all?.[i] ?? text.split(','));
        if (row.line > (this.#retired.get(row.ticker) ?? 0)) last.set(`${row.ticker} ${row.date}`, make(row));
      }
    }
    return [...last.values()];
  }

  #keep(month: string, text: string): void {
    const found = this.#months.get(month) ?? { pieces: [], text: '' };
    found.text += `${text}\n`;
    this.#open += text.length + 1;
    this.#months.set(month, found);
    if (found.text.length > PIECE) this.#compress(found);
    if (this.#open > MAX_OPEN) for (const one of this.#months.values()) if (one.text !== '') this.#compress(one);
  }

  #compress(month: { pieces: Buffer[]; text: string }): void {
    month.pieces.push(zstdCompressSync(month.text));
    this.#open -= month.text.length;
    month.text = '';
  }
}
