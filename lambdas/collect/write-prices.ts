import { addDays } from '../contracts/dates.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import { deletion, PRICE_HEADER, type PriceRow, priceLine, priceRows } from '../domain/collect/price-row.ts';
import type { PriceGoal } from '../domain/collect/price-targets.ts';
import { grouped, type Held, heldBy, mergedRows } from '../domain/collect/price-union.ts';
import type { Endpoint, PricePart } from '../domain/collect/provider.ts';
import { RunTally } from '../domain/collect/run-tally.ts';
import { CompressedText } from '../domain/vendor-file/compressed-text.ts';
import { textLines } from '../runtime/text-lines.ts';
import { priceAnswers } from './gather-prices.ts';
import { changeFile, type Run } from './run.ts';

/** Level of gzip for histories. */
const LEVEL = 6;

/** A history is long, and so compressed. */
const keyOf = (feed: string, fileDate: string, kind: PriceGoal['kind']): string =>
  `${feed}/${fileDate}_${kind}.csv${kind === 'history' ? '.gz' : ''}`;

/**
 * Writes the files of a run: the union of what each had and what was answered. A file without any row is not made.
 * @returns which files there are, and whether they changed
 */
export async function writePrices(
  run: Run,
  endpoint: Endpoint<PricePart>,
  goals: readonly PriceGoal[],
): Promise<Pick<RunRecord, 'files'>> {
  const files: RunRecord['files'] = [];
  for (const goal of goals) {
    const key = keyOf(run.request.provider, goal.fileDate, goal.kind);
    const held = goal.kind === 'incremental' ? await heldBefore(run, goal) : new Map();
    let isCounted = goal.isBeside ?? false;
    files.push(
      await changeFile(run.ports, key, (bytes) => {
        // Answers are counted once, also for two files, or if another writer was faster.
        const tally = isCounted ? new RunTally(run.request) : run.tally;
        isCounted = true;
        return unionBytes({ ...run, tally }, endpoint, goal, { bytes, key, held });
      }),
    );
  }
  return { files };
}

async function unionBytes(
  run: Run,
  endpoint: Endpoint<PricePart>,
  goal: PriceGoal,
  { bytes, key, held }: { bytes: Uint8Array | undefined; key: string; held: Held },
): Promise<Uint8Array | undefined> {
  const before = () => priceRows(bytes === undefined ? [] : textLines(bytes), key);
  const answers = priceAnswers(run, endpoint, goal);
  const text = new CompressedText(LEVEL);
  const plain: string[] = [];
  const add = (line: string) => void (goal.kind === 'history' ? text.add(line) : plain.push(line));
  let isEmpty = true;
  const addRow = (row: PriceRow) => {
    if (isEmpty) add(PRICE_HEADER);
    isEmpty = false;
    add(priceLine(row));
  };
  for await (const rows of mergedRows(goal, grouped(before()), answers, held)) {
    for (const row of rows) addRow(row);
    await text.drained();
  }
  // Ingest refuses a file without rows: what it had is deleted by name.
  if (isEmpty) for await (const row of before()) addRow(deletion(row));
  if (isEmpty) return undefined;
  return goal.kind === 'history' ? text.close() : Buffer.from(plain.join(''));
}

/** What the collector's files of the dates before hold about the tickers and dates of a goal. */
async function heldBefore({ ports, request }: Run, { from, fileDate, subjects }: PriceGoal): Promise<Held> {
  const keys: string[] = [];
  for (let date = from; date < fileDate; date = addDays(date, 1))
    for (const kind of ['history', 'incremental'] as const) keys.push(keyOf(request.provider, date, kind));
  keys.push(keyOf(request.provider, fileDate, 'history'));
  const asked = new Set(subjects);
  return heldBy(keys.map((key) => rowsHeld(key)));

  async function* rowsHeld(key: string): AsyncGenerator<PriceRow> {
    const file = await ports.files.read(key);
    if (!file) return;
    // A history has many rows that do not matter.
    for await (const row of priceRows(textLines(file.bytes), key))
      if (row.date >= from && asked.has(row.ticker)) yield row;
  }
}
