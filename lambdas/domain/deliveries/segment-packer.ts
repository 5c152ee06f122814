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

/**
 * Packs rows, in any order, into segments. Every segment stays open until the file ends, since a history
 * may come date by date: rows are kept as bytes, 12 or so each, not as strings that would pin the file's text.
 */
export class SegmentPacker {
  readonly #tickers = new Map<string, OpenTicker>();
  readonly #maxSegments: number;
  #segmentCount = 0;

  constructor(maxSegments = MAX_SEGMENTS) {
    this.#maxSegments = maxSegments;
  }

  get tickerCount(): number {
    return this.#tickers.size;
  }

  /** @throws BadFile where the file speaks of more tickers and years than fit the memory */
  add(row: Row): void {
    let open = this.#tickers.get(row.ticker);
    if (!open) {
      if (this.#tickers.size === MAX_TICKERS) throw tooMany('tickers', MAX_TICKERS);
      open = { retired: false, years: [] };
      this.#tickers.set(detached(row.ticker), open);
    }
    if (row.action === 'retire') {
      open.retired = true;
      open.years = [];
      return;
    }
    const year = Number(row.date.slice(0, 4));
    const log = open.years.find((candidate) => candidate.year === year) ?? this.#addYear(open, year);
    if (row.action === 'delete') log.append(row.date, 'D', '');
    else log.append(row.date, row.close, row.extras);
  }

  #addYear({ years }: OpenTicker, year: number): RowLog {
    if (++this.#segmentCount > this.#maxSegments) {
      throw tooMany('tickers and years', this.#maxSegments);
    }
    const log = new RowLog(year);
    years.push(log);
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
}

const tooMany = (what: string, most: number): BadFile =>
  new BadFile({
    expected: `at most ${most} ${what} (it may be dropped in parts, each in a folder of its own)`,
    found: 'more',
  });

type OpenTicker = { retired: boolean; years: RowLog[] };

/** Rows of one ticker and year as they come, in one growing byte array. */
class RowLog {
  readonly year: number;
  #bytes = Buffer.allocUnsafeSlow(64);
  #length = 0;
  #rowCount = 0;
  #lastDay = 0;
  #inOrder = true;

  constructor(year: number) {
    this.year = year;
  }

  append(date: string, close: string, extras: string): void {
    const needed = this.#length + close.length + extras.length + 6;
    if (needed > this.#bytes.length) this.#grow(needed);
    const day = Number(date.slice(5, 7)) * 100 + Number(date.slice(8, 10));
    if (day <= this.#lastDay) this.#inOrder = false;
    this.#lastDay = day;
    this.#rowCount++;
    if (this.#length > 0) this.#bytes[this.#length++] = 10;
    this.#put(date, 5, 7);
    this.#put(date, 8, 10);
    this.#bytes[this.#length++] = 32;
    this.#put(close, 0, close.length);
    this.#put(extras, 0, extras.length);
  }

  /** The packed rows by date, the later of two rows for one date. */
  packed(): Omit<PackedSegment, 'ticker' | 'year'> {
    const text = this.#bytes.toString('latin1', 0, this.#length);
    if (this.#inOrder) return summary(text, 0, this.#rowCount);
    const byDay = new Map(text.split('\n').map((line) => [line.slice(0, 4), line]));
    const rows = [...byDay.values()].sort().join('\n');
    return summary(rows, this.#rowCount - byDay.size, byDay.size);
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
