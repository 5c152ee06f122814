import type { DeliveryId } from '../../contracts/delivery-id.ts';
import { isRealDate } from '../../contracts/delivery-id.ts';
import type { Problem } from '../../contracts/report.ts';
import { isTicker, TICKER_RULE } from '../../contracts/ticker.ts';
import { quote } from './bad-file.ts';
import { canonicalDecimal } from './decimal.ts';
import { detached } from './detached.ts';
import type { Columns, Extra } from './header.ts';
import type { Line } from './read-rows.ts';

/** One valid row. `retire` deletes every earlier observation of the ticker. */
export type Row =
  | { action: 'set'; ticker: string; date: string; close: string; extras: string; isUpdate: boolean }
  | { action: 'delete'; ticker: string; date: string }
  | { action: 'retire'; ticker: string };

/** Prefixes of optional values in a packed row: `o299.1 h301 l298 v33870100`. */
const EXTRA_MARKS: Record<Extra, string> = { open: 'o', high: 'h', low: 'l', volume: 'v' };

/** Incremental files contain recent dates: an older row has a mistyped year. History files may be older. */
const MAX_YEARS_BACK = 20;
/** Longer texts are neither tickers nor dates. Caching them would fill the memory. */
const MAX_CACHED_CHARS = 64;

/** Validates the lines of one file. Results for tickers and dates are cached, since a file repeats them. */
export class RowReader {
  readonly #columns: Columns;
  readonly #delivery: DeliveryId;
  readonly #actions: Set<string>;
  readonly #isTicker = cached(isTicker);
  readonly #isDate: (date: string) => boolean;
  readonly #dateRule: string;

  constructor(columns: Columns, delivery: DeliveryId) {
    this.#columns = columns;
    this.#delivery = delivery;
    this.#actions = new Set(delivery.kind === 'history' ? ['', 'I'] : ['I', 'U', 'D']);
    const earliest = earliestDate(delivery);
    this.#isDate = cached((date) => isRealDate(date) && date >= earliest && date <= delivery.fileDate);
    const older = delivery.kind === 'history' ? '' : '; put older closes into a history file';
    this.#dateRule = `a date YYYY-MM-DD from ${earliest} up to the file's, ${delivery.fileDate}${older}`;
  }

  /** The row of a line, or why the line is bad. */
  read(line: Line): Row | Problem {
    const { fields, torn } = line;
    const columns = this.#columns;
    if (torn) return problem(line, undefined, 'quotes that open and close on one line', quote(fields[0] ?? ''));
    if (fields.length !== columns.names.length) {
      return problem(line, undefined, `${columns.names.length} fields as in the header`, String(fields.length));
    }
    const ticker = field(fields, columns.ticker);
    if (!this.#isTicker(ticker)) return this.#problem(line, columns.ticker, TICKER_RULE);
    const action = columns.action === undefined ? '' : field(fields, columns.action).toUpperCase();
    if (!this.#actions.has(action)) return this.#badAction(line);
    const date = field(fields, columns.date);
    if (action === 'D' && date === '') return { action: 'retire', ticker };
    if (!this.#isDate(date)) {
      return this.#problem(line, columns.date, this.#dateRule);
    }
    return action === 'D' ? { action: 'delete', ticker, date } : this.#set(line, ticker, date, action === 'U');
  }

  #set(line: Line, ticker: string, date: string, isUpdate: boolean): Row | Problem {
    const { close: closeColumn, extras: extraColumns } = this.#columns;
    const close = canonicalDecimal(field(line.fields, closeColumn));
    if (close === undefined || close === '0') {
      return this.#problem(
        line,
        closeColumn,
        'a positive decimal like 101.25, of at most 18 digits before and after the point',
      );
    }
    let extras = '';
    for (const [extra, at] of extraColumns) {
      const given = field(line.fields, at);
      if (given === '') continue;
      const value = canonicalDecimal(given);
      if (value === undefined) return this.#problem(line, at, 'a decimal or nothing');
      extras += ` ${EXTRA_MARKS[extra]}${value}`;
    }
    return { action: 'set', ticker, date, close, extras, isUpdate };
  }

  #badAction(line: Line): Problem {
    const expected = this.#delivery.kind === 'history' ? 'I in a history file' : 'I, U or D';
    return this.#problem(line, this.#columns.action ?? 0, expected);
  }

  #problem(line: Line, column: number, expected: string): Problem {
    return problem(line, this.#columns.names[column], expected, quote(field(line.fields, column)));
  }
}

/** The first date (ISO) a row may have. */
const earliestDate = ({ kind, fileDate }: DeliveryId): string =>
  kind === 'history' ? '1800-01-01' : `${Number(fileDate.slice(0, 4)) - MAX_YEARS_BACK}${fileDate.slice(4)}`;

const problem = (line: Line, column: string | undefined, expected: string, found: string): Problem => ({
  line: line.number,
  ...(column !== undefined && { column }),
  expected,
  found,
});

const field = (fields: string[], at: number): string => (fields[at] ?? '').trim();

function cached<T>(check: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > MAX_CACHED_CHARS) return check(text);
    const result = known.get(text);
    if (result !== undefined) return result;
    const fresh = check(text);
    // Bounded: a file with a million different bad values must not fill the memory.
    if (known.size < 100_000) known.set(detached(text), fresh);
    return fresh;
  };
}
