import type { TickerAnswer } from './price-answers.ts';
import { deletion, isSameRow, type PriceRow } from './price-row.ts';

/** Rows by date. */
type Dates = ReadonlyMap<string, PriceRow>;

/** What the files of earlier dates hold: ticker → date → row. */
export type Held = ReadonlyMap<string, Dates>;

/**
 * What the files hold together.
 * @param files in the order in which deliveries are folded
 */
export function heldBy(files: Iterable<Iterable<PriceRow>>): Held {
  const held = new Map<string, Map<string, PriceRow>>();
  for (const file of files) {
    for (const row of file) {
      const dates = held.get(row.ticker) ?? new Map<string, PriceRow>();
      if (row.action === 'D') dates.delete(row.date);
      else dates.set(row.date, row);
      held.set(row.ticker, dates);
    }
  }
  return held;
}

/** A file: of one date, or of a longer range (`history`). */
export type PriceTarget = { kind: 'incremental' | 'history'; fileDate: string };

/**
 * The rows of one ticker in a file after a new answer. What was not answered stays. Of the file's own date, and of every date of a
 * history, the answer counts: a row without a bar goes. Of dates before, there is a row only if the answer differs from what the files
 * before hold.
 */
function unionOf(
  { kind, fileDate }: PriceTarget,
  current: readonly PriceRow[],
  { sessions, rows, ticker }: TickerAnswer,
  held: Held,
): PriceRow[] {
  const union = new Map(current.map((row) => [row.date, row]));
  for (const date of sessions) {
    const row = withSplit(rows.get(date), union.get(date));
    const before = kind === 'history' || date === fileDate ? undefined : held.get(ticker)?.get(date);
    const next = differing(row, before, { ticker, date });
    if (next) union.set(date, next);
    else union.delete(date);
  }
  return [...union.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** The row that a file needs beside the files before it. */
function differing(
  row: PriceRow | undefined,
  before: PriceRow | undefined,
  { ticker, date }: Pick<PriceRow, 'ticker' | 'date'>,
): PriceRow | undefined {
  if (!before) return row;
  const next = withSplit(row, before);
  if (!next) return deletion({ ticker, date });
  return isSameRow(next, before) ? undefined : next;
}

/** A split is never taken back because an answer does not mention it: lists of splits are requests of their own. */
const withSplit = (row: PriceRow | undefined, known: PriceRow | undefined): PriceRow | undefined =>
  row && known && row.split === '' && known.split !== '' ? { ...row, split: known.split } : row;

/**
 * Merges a file and answers, both sorted by ticker, ticker by ticker, so that a history of any length takes little memory.
 * @param current rows of the file, grouped by ticker
 */
export async function* mergedRows(
  target: PriceTarget,
  current: Iterable<PriceRow[]>,
  answers: AsyncIterable<TickerAnswer>,
  held: Held,
): AsyncGenerator<PriceRow[]> {
  const groups = current[Symbol.iterator]();
  let group = groups.next().value as PriceRow[] | undefined;
  for await (const answer of answers) {
    while (group && (group[0]?.ticker ?? '') < answer.ticker) {
      yield group;
      group = groups.next().value as PriceRow[] | undefined;
    }
    const isSame = group?.[0]?.ticker === answer.ticker;
    yield unionOf(target, isSame && group ? group : [], answer, held);
    if (isSame) group = groups.next().value as PriceRow[] | undefined;
  }
  for (; group; group = groups.next().value as PriceRow[] | undefined) yield group;
}

/** Rows of a sorted file, ticker by ticker. */
export function* grouped(rows: Iterable<PriceRow>): Generator<PriceRow[]> {
  let group: PriceRow[] = [];
  for (const row of rows) {
    if (group[0] && group[0].ticker !== row.ticker) {
      yield group;
      group = [];
    }
    group.push(row);
  }
  if (group.length > 0) yield group;
}
