import { DECLARED_FEED, type DeliveryId } from '../../contracts/delivery-id.ts';
import { type Profile, UNITS } from '../../contracts/profile.ts';
import type { Problem } from '../../contracts/report.ts';
import { SMOKE_FEED, SMOKE_TICKER } from '../../contracts/smoke-test.ts';
import { quote } from './bad-file.ts';
import { cached } from './cached.ts';
import { earliestDate } from './date-format.ts';
import { readDate, separatorIn } from './dates.ts';
import { shifted, vendorDecimal } from './decimal.ts';
import type { FileFormat } from './file-format.ts';
import type { Extra } from './header.ts';
import type { LineReader, Row, Skipped } from './row.ts';
import { contentless } from './row-content.ts';
import { closeRule, dateRules, problem, rowTickerFault } from './row-rules.ts';
import { shapeCheck } from './row-shape.ts';
import type { Line } from './split-lines.ts';
import { splitRatioIn } from './split-ratio.ts';

/** Prefixes of optional values in a packed row: `o299.1 h301 l298 v33870100 s4`. */
const EXTRA_MARKS: Record<Extra, string> = { open: 'o', high: 'h', low: 'l', volume: 'v', split: 's' };

/** Texts for a close that is not there. */
const NO_CLOSE = new Set(['', 'null', 'nan']);
/** Validates the lines of one file of prices. Results for tickers and dates are cached, since a file repeats them. */
export class RowReader implements LineReader {
  readonly unreadable = new Map<string, number>();
  readonly ranges = { compared: 0, outside: 0 };
  readonly #format: FileFormat;
  readonly #profile: Profile;
  readonly #delivery: DeliveryId;
  readonly #actions: Set<string>;
  readonly #defaultAction: string;
  readonly #places: number;
  readonly #tickerFault = cached((text) => rowTickerFault(text) ?? this.#reservedFault(text) ?? '');
  readonly #shapeProblem: (line: Line) => Problem | undefined;
  readonly #date: (text: string) => string | { expected: string };

  constructor(format: FileFormat, delivery: DeliveryId, profile: Profile) {
    this.#format = format;
    this.#profile = profile;
    this.#delivery = delivery;
    this.#actions = new Set(delivery.kind === 'history' ? ['', 'I'] : ['I', 'U', 'D']);
    this.#defaultAction = delivery.kind === 'history' ? '' : (profile.defaultAction ?? '');
    this.#places = profile.unit ? UNITS[profile.unit] : 0;
    this.#shapeProblem = shapeCheck(format);
    const rules = dateRules(format, delivery);
    const earliest = earliestDate(delivery);
    this.#date = cached((text) => {
      const reading = readDate(text, format.dateFormat, delivery.fileDate, profile.timeZone);
      if ('fault' in reading) return { expected: rules[reading.fault] };
      const separator = separatorIn(text);
      const isOther = separator !== undefined && separator !== format.dateSeparator;
      // A profile settles the order of day and month for every separator.
      if (isOther && !profile.dateFormat) return { expected: rules['not a date'] };
      const { date } = reading;
      return date >= earliest && date <= delivery.fileDate
        ? date
        : { expected: rules[date < earliest ? 'old' : 'later'] };
    });
  }

  read(line: Line): Row | Problem | Skipped {
    const row = this.#row(line);
    // Most lines have a row.
    if ('action' in row) return row;
    const isRow = 'skipped' in row && row.skipped === 'no close';
    return isRow ? row : (this.#contentless(line) ?? row);
  }

  /** The smoke test has a ticker and a feed of its own: it may not touch the prices of a vendor, nor a vendor its price. */
  #reservedFault(ticker: string): string | undefined {
    const isInSmokeFeed = this.#delivery.feed === SMOKE_FEED;
    if (isInSmokeFeed === (ticker === SMOKE_TICKER)) return undefined;
    return isInSmokeFeed
      ? `the ticker ${SMOKE_TICKER}: the folder ${SMOKE_FEED} is for smoke tests, upload to another one`
      : 'another ticker: this one is for smoke tests';
  }

  #isFilteredOut(fields: readonly string[]): boolean {
    const { filterColumn } = this.#format;
    return filterColumn !== undefined && field(fields, filterColumn) !== this.#profile.filter?.equals;
  }

  #contentless(line: Line): Skipped | undefined {
    const { columns } = this.#format;
    const what = contentless(line, columns.names, columns.date);
    return what && { skipped: what };
  }

  #row(line: Line): Row | Problem | Skipped {
    const { fields } = line;
    const { columns } = this.#format;
    const misshapen = this.#shapeProblem(line);
    if (misshapen) return misshapen;
    if (this.#format.filterColumn !== undefined && this.#isFilteredOut(fields)) return { skipped: 'filtered out' };
    const ticker = field(fields, columns.ticker);
    const fault = this.#tickerFault(ticker);
    if (fault) return this.#problem(line, columns.ticker, fault);
    const given = columns.action === undefined ? '' : field(fields, columns.action).toUpperCase();
    const action = given || this.#defaultAction;
    if (!this.#actions.has(action)) return this.#badAction(line);
    const text = field(fields, columns.date);
    if (action === 'D' && text === '') return { action: 'retire', ticker };
    const date = this.#date(text);
    if (typeof date === 'object') return this.#problem(line, columns.date, date.expected);
    return action === 'D' ? { action: 'delete', ticker, date } : this.#set(line, ticker, date, action === 'U');
  }

  #set(line: Line, ticker: string, date: string, isUpdate: boolean): Row | Problem | Skipped {
    const { columns, priceMark } = this.#format;
    const text = field(line.fields, columns.close);
    const close = this.#price(text);
    if (close === undefined || close === '0') {
      if (NO_CLOSE.has(text.toLowerCase())) return { skipped: 'no close' };
      return this.#problem(line, columns.close, closeRule(priceMark));
    }
    const row = { action: 'set' as const, ticker, date, close, extras: this.#extras(line, close), isUpdate };
    return columns.name === undefined ? row : { ...row, name: field(line.fields, columns.name) };
  }

  /** The optional values of a row, packed. One that cannot be read is left out and counted: it never costs the close. */
  #extras(line: Line, close: string): string {
    const { columns } = this.#format;
    let packed = '';
    let high = '';
    let low = '';
    for (const [extra, at] of columns.extras) {
      const given = field(line.fields, at);
      if (given === '') continue;
      const value = this.#extra(extra, given);
      if (value === undefined) {
        this.#countUnreadable(columns.names[at] ?? '');
        continue;
      }
      if (extra === 'high') high = value;
      else if (extra === 'low') low = value;
      if (value !== '') packed += ` ${EXTRA_MARKS[extra]}${value}`;
    }
    if (high !== '' && low !== '') this.#compare(Number(close), Number(low), Number(high));
    return packed;
  }

  #countUnreadable(column: string): void {
    this.unreadable.set(column, (this.unreadable.get(column) ?? 0) + 1);
  }

  #price(text: string): string | undefined {
    const value = vendorDecimal(text, this.#format.priceMark);
    if (this.#places === 0) return value;
    // A sign of the currency contradicts the unit.
    return /\p{Sc}/u.test(text) ? undefined : shifted(value, this.#places);
  }

  #extra(extra: Extra, text: string): string | undefined {
    const { volumeMark } = this.#format;
    if (extra === 'split') return splitRatioIn(text, this.#format.priceMark, this.#profile.splitAsText ?? false);
    if (extra !== 'volume') return this.#price(text);
    return vendorDecimal(text, volumeMark === 'unsettled' ? undefined : volumeMark, true);
  }

  #compare(close: number, low: number, high: number): void {
    // Vendors write 0 for a value they do not have.
    if (low === 0 || high === 0) return;
    this.ranges.compared++;
    if (close < low || close > high) this.ranges.outside++;
  }

  #badAction(line: Line): Problem {
    const isDeclaration = /^[SR]$/i.test(field(line.fields, this.#format.columns.action ?? -1));
    const hint = isDeclaration ? ` (operators declare splits and renames, see feed ${DECLARED_FEED})` : '';
    const expected = `${this.#delivery.kind === 'history' ? 'I in a history file' : 'I, U or D'}${hint}`;
    return this.#problem(line, this.#format.columns.action ?? 0, expected);
  }

  #problem(line: Line, column: number, expected: string): Problem {
    return problem(line, this.#format.columns.names[column], expected, quote(field(line.fields, column)));
  }
}

const field = (fields: readonly string[], at: number): string => (fields[at] ?? '').trim();
