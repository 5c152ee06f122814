import { TOMBSTONE_YEAR } from '../../contracts/keys.ts';
import type { DifferingClose } from '../../contracts/report.ts';
import { BadFile } from '../vendor-file/bad-file.ts';
import { detached } from '../vendor-file/detached.ts';
import type { Row } from '../vendor-file/row.ts';
import { type PackedSegment, RowLog, summary } from './row-log.ts';
import { companyName, withName } from './segment.ts';
import { type Tombstone, tombstoneRows } from './tombstone.ts';

/** 10,000 tickers with a hundred years each. Limits memory. */
const MAX_SEGMENTS = 1_000_000;

/** More than any market has. The table of all tickers has room for a few such files. */
const MAX_TICKERS = 100_000;

/** Limits the memory of packed rows. The names of segments need memory in addition. */
const MAX_PACKED_BYTES = 700_000_000;

/**
 * Packs rows, in any order, into segments. All segments stay open until the file ends, since a history may be sorted by date. Rows are
 * kept as bytes, about 12 each; strings would keep the file's text in memory. Repeated dates take no additional memory.
 */
export class SegmentPacker {
  readonly #tickers = new Map<string, OpenTicker>();
  readonly #limits: { segments: number; bytes: number };
  #segmentCount = 0;
  #bytes = 0;

  constructor({ segments = MAX_SEGMENTS, bytes = MAX_PACKED_BYTES } = {}) {
    this.#limits = { segments, bytes };
  }

  /** The tickers of the file, sorted. */
  tickers = (): string[] => [...this.#tickers.keys()].sort();

  get tickerCount(): number {
    return this.#tickers.size;
  }

  get retiredCount(): number {
    return [...this.#tickers.values()].filter(({ retired }) => retired).length;
  }

  /**
   * @param line number in the file
   * @throws BadFile if the file has more tickers, years or rows than fit into memory
   */
  add(row: Row, line: number): void {
    const open = this.#open(row.ticker);
    if (row.action === 'set' || row.action === 'delete') this.#addRow(open, row, line);
    else if (row.action === 'retire') this.#retire(open);
    else this.#declare(open, row);
  }

  #addRow(open: OpenTicker, row: Extract<Row, { action: 'set' | 'delete' }>, line: number): void {
    if (row.action === 'set' && row.name && row.name !== open.name) open.name = detached(row.name);
    const year = Number(row.date.slice(0, 4));
    // The rows of a ticker are usually in order.
    const log =
      open.last?.year === year
        ? open.last
        : (open.years.find((candidate) => candidate.year === year) ?? this.#addYear(open, year));
    open.last = log;
    const before = log.capacity;
    if (row.action === 'delete') log.append(row.date, 'D', '', false, line);
    else log.append(row.date, row.close, row.extras, row.isUpdate, line);
    this.#bytes += log.capacity - before;
    if (this.#bytes > this.#limits.bytes) throw tooMany('bytes of rows', this.#limits.bytes);
  }

  #open(ticker: string): OpenTicker {
    const found = this.#tickers.get(ticker);
    if (found) return found;
    if (this.#tickers.size === MAX_TICKERS) throw tooMany('tickers', MAX_TICKERS);
    const opened = { retired: false, overwritten: 0, years: [] };
    this.#tickers.set(detached(ticker), opened);
    return opened;
  }

  /** Of two splits of a ticker on one date the later row counts. A rename belongs to both names. */
  #declare(open: OpenTicker, row: Extract<Row, { action: 'split' | 'rename' }>): void {
    const declaredOf = (one: OpenTicker) => {
      one.declared ??= { splits: [], renames: [] };
      return one.declared;
    };
    if (row.action === 'split') {
      const own = declaredOf(open);
      own.splits = [...own.splits.filter(({ date }) => date !== row.date), { date: row.date, ratio: row.ratio }];
    } else {
      const rename = { date: row.date, from: row.from, to: row.ticker };
      for (const one of [open, this.#open(row.from)]) declaredOf(one).renames.push(rename);
    }
  }

  /** Discards all earlier rows of the ticker. */
  #retire(open: OpenTicker): void {
    for (const log of open.years) {
      this.#bytes -= log.capacity;
      open.overwritten += log.packed().overwritten;
    }
    this.#segmentCount -= open.years.length;
    open.retired = true;
    open.years = [];
    open.last = undefined;
  }

  #addYear({ years }: OpenTicker, year: number): RowLog {
    if (++this.#segmentCount > this.#limits.segments)
      throw tooMany('pairs of tickers and years', this.#limits.segments);
    const log = new RowLog(year);
    years.push(log);
    this.#bytes += log.capacity;
    return log;
  }

  /** The segments by ticker and year, built one at a time. May be called again. */
  *segments(): Generator<PackedSegment> {
    for (const ticker of this.tickers()) {
      const open = this.#tickers.get(ticker);
      if (!open) continue;
      for (const log of open.years.sort((a, b) => a.year - b.year)) {
        const packed = log.packed();
        const name = log === open.years.at(-1) ? open.name : undefined;
        yield { ticker, year: String(log.year), ...packed, ...(name && { rows: withName(packed.rows, name) }) };
      }
      if (!open.retired && !open.declared) continue;
      const { retired: isRetired, declared = { splits: [], renames: [] } } = open;
      const rows = tombstoneRows(ticker, { isRetired, ...declared });
      yield { ticker, year: TOMBSTONE_YEAR, ...summary(rows, open.overwritten, 0), first: '', last: '' };
    }
  }

  /** Each ticker whose rows have the name of its company, with that name. */
  companies = (): [ticker: string, company: string][] =>
    [...this.#tickers].flatMap(([ticker, { name }]): [string, string][] => (name ? [[ticker, companyName(name)]] : []));

  /** Number of rows that a later row with another close overwrote. Complete after `differingCloses()`. */
  get differingCount(): number {
    const logs = [...this.#tickers.values()].flatMap(({ years }) => years);
    return logs.reduce((count, log) => count + log.differingCount, 0);
  }

  /** Different closes that the file has for one ticker and day: the first of each ticker and year. */
  *differingCloses(): Generator<DifferingClose> {
    for (const [ticker, { years }] of this.#tickers) {
      for (const log of years) {
        log.sort();
        for (const { day, closes, lines } of log.differing)
          yield { ticker, date: `${log.year}-${day.slice(0, 2)}-${day.slice(2)}`, closes, lines };
      }
    }
  }

  /**
   * Tickers with `U` rows that update no row of the file itself, with their dates (ISO). `isRetired`: the file retired the ticker
   * before, so that no observation of another delivery is left to update.
   */
  *updates(): Generator<{ ticker: string; dates: string[]; isRetired: boolean }> {
    for (const [ticker, { years, retired: isRetired }] of this.#tickers) {
      const dates = years.flatMap((log) => log.updated());
      if (dates.length > 0) yield { ticker, dates, isRetired };
    }
  }
}

const tooMany = (what: string, limit: number): BadFile =>
  new BadFile({
    expected: `at most ${limit} ${what} (split the file into parts, each in its own folder)`,
    found: 'more',
  });

/** `overwritten`: rows that a later row overwrote before the ticker was retired. `name`: of the company, as the last row has it. */
type OpenTicker = {
  retired: boolean;
  overwritten: number;
  years: RowLog[];
  /** The year of the last row. */
  last?: RowLog | undefined;
  name?: string;
  declared?: Pick<Tombstone, 'splits' | 'renames'>;
};
