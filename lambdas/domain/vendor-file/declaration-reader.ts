import { addDays } from '../../contracts/dates.ts';
import { type DeliveryId, isRealDate } from '../../contracts/delivery-id.ts';
import type { Problem } from '../../contracts/report.ts';
import { SMOKE_TICKER } from '../../contracts/smoke-test.ts';
import { tickerFault } from '../../contracts/ticker.ts';
import type { Rename } from '../delivery/tombstone.ts';
import { BadFile, quote } from './bad-file.ts';
import type { LineReader, Row, Skipped } from './row.ts';
import { contentless } from './row-content.ts';
import { problem } from './row-rules.ts';
import type { Line } from './split-lines.ts';
import { splitRatioIn } from './split-ratio.ts';

/** One row of a file of declarations. */
export type Declaration = Extract<Row, { action: 'split' | 'rename' }>;

/** `S,AAPL,2020-08-31,4` declares a 4:1 split; `R,META,2022-06-09,FB` that FB is named META from that date on. */
export const DECLARATION_COLUMNS = ['action', 'ticker', 'date', 'value'];

const MAX_RATIO = 10_000;
/** A declaration may be made this long before its date. */
const MAX_DAYS_AHEAD = 366;

/** Reads the lines of one file of declarations. */
export class DeclarationReader implements LineReader {
  readonly unreadable = new Map<string, number>();
  readonly ranges = { compared: 0, outside: 0 };
  readonly #lastDate: string;
  readonly #renames: Rename[] = [];

  /** @throws BadFile if the file has another header, or is a history */
  constructor(header: Line | undefined, { fileDate, kind }: DeliveryId) {
    this.#lastDate = addDays(fileDate, MAX_DAYS_AHEAD);
    if (kind === 'history')
      throw new BadFile({ expected: 'declarations in an incremental file', found: 'a history file' });
    const expected = DECLARATION_COLUMNS.join(',');
    const found = header?.fields.map((field) => field.trim()).join() ?? '';
    if (found !== expected)
      throw new BadFile({ line: 1, expected: `the header ${expected} in a file of declarations`, found: quote(found) });
  }

  read(line: Line): Row | Problem | Skipped {
    const nothing = contentless(line, DECLARATION_COLUMNS, 2);
    if (nothing) return { skipped: nothing };
    const [action = '', ticker = '', date = '', value = ''] = line.fields.map((field) => field.trim());
    if (line.torn || line.fields.length !== 4)
      return problem(line, undefined, '4 fields as in the header', String(line.fields.length));
    const fault = declaredFault(ticker);
    if (fault) return problem(line, 'ticker', fault, quote(ticker));
    if (!isRealDate(date) || date > this.#lastDate)
      return problem(line, 'date', `a date written YYYY-MM-DD, at most ${this.#lastDate}`, quote(date));
    if (action === 'S') return split(line, ticker, date, value);
    if (action === 'R') return this.#rename(line, { date, from: value, to: ticker });
    return problem(line, 'action', 'S (a split) or R (a rename) in a file of declarations', quote(action));
  }

  #rename(line: Line, rename: Rename): Row | Problem {
    const fault = declaredFault(rename.from) ?? faultInFile(rename, this.#renames);
    if (fault) return problem(line, 'value', fault, quote(rename.from));
    this.#renames.push(rename);
    return { action: 'rename', ticker: rename.to, date: rename.date, from: rename.from };
  }
}

/** The price of the smoke test is no vendor's. */
const declaredFault = (ticker: string): string | undefined =>
  ticker === SMOKE_TICKER ? 'another ticker: this one is for smoke tests' : tickerFault(ticker);

function split(line: Line, ticker: string, date: string, value: string): Row | Problem {
  const ratio = splitRatioIn(value, '.', true);
  const isPlausible = Number(ratio) >= 1 / MAX_RATIO && Number(ratio) <= MAX_RATIO;
  if (ratio && isPlausible) return { action: 'split', ticker, date, ratio };
  const expected = `new shares per old, like 4:1, 4 or 0.1, from 1/${MAX_RATIO} to ${MAX_RATIO} and not 1`;
  return problem(line, 'value', expected, quote(value));
}

/** Why a rename contradicts others of its file; undefined if it does not. A name is taken once and given up once. */
function faultInFile({ from, to }: Rename, others: readonly Rename[]): string | undefined {
  if (from === to) return 'another name than the new one';
  const given = others.find((other) => other.from === from);
  if (given) return `one new name of ${from}; it is named ${given.to} from ${given.date} on`;
  const taken = others.find((other) => other.to === to);
  if (taken) return `one earlier name of ${to}; it was ${taken.from} before ${taken.date}`;
  const later = new Map(others.map((other) => [other.from, other.to]));
  for (let name: string | undefined = to; name !== undefined; name = later.get(name))
    if (name === from) return `a rename that closes no circle; ${to} was renamed to ${from}`;
  return undefined;
}
