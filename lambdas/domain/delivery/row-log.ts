import type { Segment } from './segment.ts';

/** A segment with its first and last day (MMDD); a tombstone has no days. */
export type PackedSegment = Segment & {
  first: string;
  last: string;
  rowCount: number;
  /** Rows that a later row of the same ticker and date overwrote. */
  overwritten: number;
};

/** With more rows than this, some have the same day (a year has 366): the earlier ones are removed. */
const ROWS_BEFORE_COMPACTION = 1_000;
/** Separator between day and close: for a plain row, and for a `U` row. */
const [PLAIN, UPDATE] = [' ', 'U'];

/** Rows of one ticker and year in file order, in one growing byte array: `0102 300.35 v33870100`. */
export class RowLog {
  readonly year: number;
  #bytes = Buffer.allocUnsafeSlow(64);
  #length = 0;
  #rowCount = 0;
  #overwritten = 0;
  #lastDay = 0;
  #inOrder = true;
  #hasUpdates = false;

  constructor(year: number) {
    this.year = year;
  }

  /** Bytes of memory it uses. */
  get capacity(): number {
    return this.#bytes.length;
  }

  append(date: string, close: string, extras: string, isUpdate: boolean): void {
    if (this.#rowCount === ROWS_BEFORE_COMPACTION) this.#compact();
    const needed = this.#length + close.length + extras.length + 6;
    if (needed > this.#bytes.length) this.#grow(needed);
    const day = Number(date.slice(5, 7)) * 100 + Number(date.slice(8, 10));
    if (day <= this.#lastDay) this.#inOrder = false;
    this.#lastDay = day;
    this.#rowCount++;
    this.#hasUpdates ||= isUpdate;
    if (this.#length > 0) this.#bytes[this.#length++] = 10;
    this.#put(date, 5, 7);
    this.#put(date, 8, 10);
    this.#put(isUpdate ? UPDATE : PLAIN, 0, 1);
    this.#put(close, 0, close.length);
    this.#put(extras, 0, extras.length);
  }

  /** The packed rows by date. Of two rows for one date the later one is kept. */
  packed(): Omit<PackedSegment, 'ticker' | 'year'> {
    this.#compact();
    const text = this.#text();
    const rows = this.#hasUpdates ? text.replace(/^(\d{4})U/gm, '$1 ') : text;
    return summary(rows, this.#overwritten, this.#rowCount);
  }

  /** Dates (ISO) whose last row is a `U` that did not update an `I` row of the same file. */
  updated(): string[] {
    if (!this.#hasUpdates) return [];
    this.#compact();
    const marked = this.#text().matchAll(/^(\d\d)(\d\d)U/gm);
    return Array.from(marked, ([, month, day]) => `${this.year}-${month}-${day}`);
  }

  #text = (): string => this.#bytes.toString('latin1', 0, this.#length);

  /** Sorts the rows by date and keeps the last row of each date. */
  #compact(): void {
    if (this.#inOrder) return;
    const byDay = new Map<string, string>();
    for (const line of this.#text().split('\n')) {
      const day = line.slice(0, 4);
      byDay.set(day, isPlain(byDay.get(day)) ? line.slice(0, 4) + PLAIN + line.slice(5) : line);
    }
    const days = [...byDay.keys()].sort();
    this.#overwritten += this.#rowCount - byDay.size;
    this.#rowCount = byDay.size;
    this.#length = this.#bytes.write(days.map((day) => byDay.get(day)).join('\n'), 'latin1');
    this.#lastDay = Number(days.at(-1));
    this.#inOrder = true;
  }

  // All text is ASCII. For short strings this loop is faster than a native call.
  #put(text: string, from: number, to: number): void {
    for (let i = from; i < to; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.ceil(this.#bytes.length * 1.6)));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** True for a row that inserts a close, which a later `U` row of the file updates. */
const isPlain = (line: string | undefined): boolean => line !== undefined && line[4] === PLAIN && line[5] !== 'D';

export const summary = (rows: string, overwritten: number, rowCount: number) => ({
  rows,
  overwritten,
  rowCount,
  first: rows.slice(0, 4),
  last: rows.slice(rows.lastIndexOf('\n') + 1).slice(0, 4),
});
