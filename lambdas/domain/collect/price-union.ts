import type { TickerAnswer } from './price-answers.ts';
import { deletion, isSameRow, type PriceRow } from './price-row.ts';

/** Rows by date. */
type Dates = ReadonlyMap<string, PriceRow>;

/** What the files of earlier dates hold: ticker → date → row. */
export type Held = ReadonlyMap<string, Dates>;

/**
 * What the files hold together, ticker by ticker.
 * @param files in the order in which deliveries are folded
 */
export async function heldBy(files: Iterable<Iterable<PriceRow> | AsyncIterable<PriceRow>>): Promise<Held> {
  const held = new Map<string, Map<string, PriceRow>>();
  for (const file of files) {
    for await (const row of file) {
      const dates = held.get(row.ticker) ?? new Map<string, PriceRow>();
      if (row.action === 'D') dates.delete(row.date);
      else dates.set(row.date, row);
      held.set(row.ticker, dates);
    }
  }
  return held;
}

/**
 * A file: of one date, or of a longer range (`history`). `isBeside`: the file of the last date of a history that was just written; it
 * needs only what the history cannot say.
 */
export type PriceTarget = { kind: 'incremental' | 'history'; fileDate: string; isBeside?: true };

/**
 * The rows of one ticker in a file after a new answer. What was not answered stays. Of the file's own date, and of every date of a
 * history, the answer counts: a row without a bar goes. Of dates before, a row is added only if the answer differs from what the files
 * before hold; one that is there already stays and has the new values: a file that shrinks looks as if it was cut off.
 */
function unionOf(
  { kind, fileDate, isBeside }: PriceTarget,
  current: readonly PriceRow[],
  answer: TickerAnswer,
  held: Held,
): PriceRow[] {
  const { sessions, ticker } = answer;
  const union = new Map(current.map((row) => [row.date, row]));
  for (const date of sessions) {
    const own = union.get(date);
    const isOwn = kind === 'history' || (date === fileDate && !isBeside);
    const before = isOwn ? undefined : held.get(ticker)?.get(date);
    const row = rowFor(answer, date, own?.action === 'I' ? own : before);
    const next = row ?? (before && deletion({ ticker, date }));
    const isNeeded = own !== undefined || next?.action === 'D' || !before || !next || !isSameRow(next, before);
    if (next && isNeeded) union.set(date, next);
    else union.delete(date);
  }
  return [...union.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** The row of a date by the answer. A close that differs only by the rounding of the provider leaves the row as it is known. */
function rowFor(
  { rows, tolerances, knowsSplits }: TickerAnswer,
  date: string,
  known: PriceRow | undefined,
): PriceRow | undefined {
  const row = rows.get(date);
  if (!row || !known) return row;
  // Where splits are not part of the answer, its silence takes none back.
  const split = row.split === '' && !knowsSplits ? known.split : row.split;
  const isNear = Math.abs(Number(row.close) - Number(known.close)) <= (tolerances.get(date) ?? 0);
  return isNear && tolerances.has(date) ? { ...known, split } : { ...row, split };
}

/**
 * Merges a file and answers, both sorted by ticker, ticker by ticker, so that a history of any length takes little memory.
 * @param current rows of the file, grouped by ticker
 */
export async function* mergedRows(
  target: PriceTarget,
  current: AsyncIterable<PriceRow[]>,
  answers: AsyncIterable<TickerAnswer>,
  held: Held,
): AsyncGenerator<PriceRow[]> {
  const groups = current[Symbol.asyncIterator]();
  const nextGroup = async () => (await groups.next()).value as PriceRow[] | undefined;
  let group = await nextGroup();
  for await (const answer of answers) {
    while (group && (group[0]?.ticker ?? '') < answer.ticker) {
      yield group;
      group = await nextGroup();
    }
    const isSame = group?.[0]?.ticker === answer.ticker;
    yield unionOf(target, isSame && group ? group : [], answer, held);
    if (isSame) group = await nextGroup();
  }
  for (; group; group = await nextGroup()) yield group;
}

/** Rows of a sorted file, ticker by ticker. */
export async function* grouped(rows: AsyncIterable<PriceRow>): AsyncGenerator<PriceRow[]> {
  let group: PriceRow[] = [];
  for await (const row of rows) {
    if (group[0] && group[0].ticker !== row.ticker) {
      yield group;
      group = [];
    }
    group.push(row);
  }
  if (group.length > 0) yield group;
}
