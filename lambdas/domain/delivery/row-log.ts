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

/** Two inserts of one ticker and date with different closes: the later line counts. `day`: MMDD. */
export type DifferingRows = { day: string; closes: [string, string]; lines: [number, number] };
/** Most pairs that one ticker and year keeps for the report. */
const MAX_DIFFERING = 3;

/** Rows of one ticker and year in file order, in one growing byte array: `0102 300.35 v33870100`. */
export class RowLog {
  readonly year: number;
  /** The first pairs of different closes. Complete after `packed()`. */
  readonly differing: DifferingRows[] = [];
  /** Number of pairs. Complete after `packed()`. */
  differingCount = 0;
  /** Line numbers of the rows. */
  #lines = new Uint32Array(8);
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
    return this.#bytes.length + this.#lines.byteLength;
  }

  append(date: string, close: string, extras: string, isUpdate: boolean, line: number): void {
    if (this.#rowCount === ROWS_BEFORE_COMPACTION) this.sort();
    const needed = this.#length + close.length + extras.length + 6;
    if (needed > this.#bytes.length) this.#grow(needed);
    const day = Number(date.slice(5, 7)) * 100 + Number(date.slice(8, 10));
    if (day <= this.#lastDay) this.#inOrder = false;
    this.#lastDay = day;
    if (this.#rowCount === this.#lines.length) this.#growLines();
    this.#lines[this.#rowCount++] = line;
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
    this.sort();
    const text = this.#text();
    const rows = this.#hasUpdates ? text.replace(/^(\d{4})U/gm, '$1 ') : text;
    return summary(rows, this.#overwritten, this.#rowCount);
  }

  /** Dates (ISO) whose last row is a `U` that did not update an `I` row of the same file. */
  updated(): string[] {
    if (!this.#hasUpdates) return [];
    this.sort();
    const marked = this.#text().matchAll(/^(\d\d)(\d\d)U/gm);
    return Array.from(marked, ([, month, day]) => `${this.year}-${month}-${day}`);
  }

  #text = (): string => this.#bytes.toString('latin1', 0, this.#length);

  /** Sorts the rows by date and keeps the last row of each date. */
  sort(): void {
    if (this.#inOrder) return;
    const byDay = new Map<string, { row: string; line: number }>();
    this.#text()
      .split('\n')
      .forEach((row, i) => {
        const day = row.slice(0, 4);
        const before = byDay.get(day);
        const line = this.#lines[i] ?? 0;
        if (before) this.#compareCloses(before, { row, line });
        byDay.set(day, { row: isPlain(before?.row) ? row.slice(0, 4) + PLAIN + row.slice(5) : row, line });
      });
    const days = [...byDay.keys()].sort();
    this.#overwritten += this.#rowCount - byDay.size;
    this.#rowCount = byDay.size;
    this.#length = this.#bytes.write(days.map((day) => byDay.get(day)?.row).join('\n'), 'latin1');
    this.#lines.set(days.map((day) => byDay.get(day)?.line ?? 0));
    this.#lastDay = Number(days.at(-1));
    this.#inOrder = true;
  }

  /** Keeps two inserts of one day whose closes differ. An update, or an insert after a deletion, is meant to differ. */
  #compareCloses(before: { row: string; line: number }, after: { row: string; line: number }): void {
    if (!isPlain(before.row) || !isPlain(after.row)) return;
    const [first, second] = [closeOf(before.row), closeOf(after.row)];
    if (first === second) return;
    this.differingCount++;
    if (this.differing.length === MAX_DIFFERING) return;
    this.differing.push({ day: after.row.slice(0, 4), closes: [first, second], lines: [before.line, after.line] });
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

  #growLines(): void {
    const larger = new Uint32Array(this.#lines.length * 4);
    larger.set(this.#lines);
    this.#lines = larger;
  }
}

/** True for a row that inserts a close, which a later `U` row of the file updates. */
const isPlain = (line: string | undefined): boolean => line !== undefined && line[4] === PLAIN && line[5] !== 'D';

const closeOf = (row: string): string => row.split(' ', 2)[1] ?? '';

export const summary = (rows: string, overwritten: number, rowCount: number) => ({
  rows,
  overwritten,
  rowCount,
  first: rows.slice(0, 4),
  last: rows.slice(rows.lastIndexOf('\n') + 1).slice(0, 4),
});
