import { RETIRED_YEAR } from '../../contracts/keys.ts';
import { BadFile } from './bad-file.ts';
import { detached } from './detached.ts';
import type { Row } from './read-row.ts';
import { RETIRED_ROWS, type Segment } from './segment.ts';

/** A segment with the span of days (MMDD) it speaks of; a tombstone has no days. */
export type PackedSegment = Segment & {
  first: string;
  last: string;
  rowCount: number;
  /** Rows that a later row of the same ticker and date overwrote. */
  overwritten: number;
};

/** 10,000 tickers of a hundred years: what fits the memory. */
const MAX_SEGMENTS = 1_000_000;

/** More than any market has, and than the list of all tickers could take a few times over. */
const MAX_TICKERS = 100_000;

/** Of packed rows (bytes): what fits the memory beside the names of a million segments. */
const MAX_PACKED_BYTES = 700_000_000;

/**
 * Packs rows, in any order, into segments. Every segment stays open until the file ends, since a history
 * may come date by date: rows are kept as bytes, 12 or so each, not as strings that would pin the file's text.
 * What it holds is bounded by the days there are, however often a file repeats them.
 */
export class SegmentPacker {
  readonly #tickers = new Map<string, OpenTicker>();
  readonly #most: { segments: number; bytes: number };
  #segmentCount = 0;
  #bytes = 0;

  constructor({ segments = MAX_SEGMENTS, bytes = MAX_PACKED_BYTES } = {}) {
    this.#most = { segments, bytes };
  }

  get tickerCount(): number {
    return this.#tickers.size;
  }

  /** @throws BadFile where the file has more tickers, years or rows than fit the memory */
  add(row: Row): void {
    let open = this.#tickers.get(row.ticker);
    if (!open) {
      if (this.#tickers.size === MAX_TICKERS) throw tooMany('tickers', MAX_TICKERS);
      open = { retired: false, years: [] };
      this.#tickers.set(detached(row.ticker), open);
    }
    if (row.action === 'retire') {
      this.#retire(open);
      return;
    }
    const year = Number(row.date.slice(0, 4));
    const log = open.years.find((candidate) => candidate.year === year) ?? this.#addYear(open, year);
    const before = log.capacity;
    if (row.action === 'delete') log.append(row.date, 'D', '', false);
    else log.append(row.date, row.close, row.extras, row.isUpdate);
    this.#bytes += log.capacity - before;
    if (this.#bytes > this.#most.bytes) throw tooMany('bytes of rows', this.#most.bytes);
  }

  /** What the file has said of the ticker so far no longer counts. */
  #retire(open: OpenTicker): void {
    for (const log of open.years) this.#bytes -= log.capacity;
    this.#segmentCount -= open.years.length;
    open.retired = true;
    open.years = [];
  }

  #addYear({ years }: OpenTicker, year: number): RowLog {
    if (++this.#segmentCount > this.#most.segments) throw tooMany('tickers and years', this.#most.segments);
    const log = new RowLog(year);
    years.push(log);
    this.#bytes += log.capacity;
    return log;
  }

  /** The segments by ticker and year, built one at a time; may be called again. */
  *segments(): Generator<PackedSegment> {
    for (const ticker of [...this.#tickers.keys()].sort()) {
      const { years, retired } = this.#tickers.get(ticker) ?? { years: [], retired: false };
      for (const log of years.sort((a, b) => a.year - b.year)) {
        yield { ticker, year: String(log.year), ...log.packed() };
      }
      if (retired) yield { ticker, year: RETIRED_YEAR, ...summary(RETIRED_ROWS, 0, 0), first: '', last: '' };
    }
  }

  /** Tickers that have `U` rows which no later row of the file replaces, with their dates (ISO). */
  *updates(): Generator<[ticker: string, dates: string[]]> {
    for (const [ticker, { years }] of this.#tickers) {
      const dates = years.flatMap((log) => log.updated());
      if (dates.length > 0) yield [ticker, dates];
    }
  }
}

const tooMany = (what: string, most: number): BadFile =>
  new BadFile({
    expected: `at most ${most} ${what} (it may be dropped in parts, each in a folder of its own)`,
    found: 'more',
  });

type OpenTicker = { retired: boolean; years: RowLog[] };

/** A year has 366 days: with more rows than this some are of the same day, and the earlier ones go. */
const ROWS_BEFORE_COMPACTION = 1_000;
/** Between the day and the close: of a plain row, and of a `U` row. */
const [PLAIN, UPDATE] = [' ', 'U'];

/** Rows of one ticker and year as they come, in one growing byte array: `0102 300.35 v33870100`. */
class RowLog {
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

  /** Bytes it holds in memory. */
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

  /** The packed rows by date, the later of two rows for one date. */
  packed(): Omit<PackedSegment, 'ticker' | 'year'> {
    this.#compact();
    const text = this.#text();
    const rows = this.#hasUpdates ? text.replace(/^(\d{4})U/gm, '$1 ') : text;
    return summary(rows, this.#overwritten, this.#rowCount);
  }

  /** Dates (ISO) whose last row is a `U`. */
  updated(): string[] {
    if (!this.#hasUpdates) return [];
    this.#compact();
    const marked = this.#text().matchAll(/^(\d\d)(\d\d)U/gm);
    return Array.from(marked, ([, month, day]) => `${this.year}-${month}-${day}`);
  }

  #text = (): string => this.#bytes.toString('latin1', 0, this.#length);

  /** Puts the rows into the order of their dates, and lets go of all but the last of each. */
  #compact(): void {
    if (this.#inOrder) return;
    const byDay = new Map(
      this.#text()
        .split('\n')
        .map((line) => [line.slice(0, 4), line]),
    );
    const days = [...byDay.keys()].sort();
    this.#overwritten += this.#rowCount - byDay.size;
    this.#rowCount = byDay.size;
    this.#length = this.#bytes.write(days.map((day) => byDay.get(day)).join('\n'), 'latin1');
    this.#lastDay = Number(days.at(-1));
    this.#inOrder = true;
  }

  // Everything here is ASCII, and short strings are copied faster here than by a native call.
  #put(text: string, from: number, to: number): void {
    for (let i = from; i < to; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.ceil(this.#bytes.length * 1.6)));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

const summary = (rows: string, overwritten: number, rowCount: number) => ({
  rows,
  overwritten,
  rowCount,
  first: rows.slice(0, 4),
  last: rows.slice(rows.lastIndexOf('\n') + 1).slice(0, 4),
});
