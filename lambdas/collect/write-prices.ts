import { gunzipSync } from 'node:zlib';
import { addDays } from '../contracts/dates.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import { deletion, PRICE_HEADER, type PriceRow, priceLine, priceRows } from '../domain/collect/price-row.ts';
import type { PriceGoal } from '../domain/collect/price-targets.ts';
import { grouped, type Held, heldBy, mergedRows } from '../domain/collect/price-union.ts';
import type { Endpoint, PricePart } from '../domain/collect/provider.ts';
import { RunTally } from '../domain/collect/run-tally.ts';
import { CompressedText } from '../domain/vendor-file/compressed-text.ts';
import { priceAnswers } from './price-answers.ts';
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
    let isFirst = true;
    files.push(
      await changeFile(run.ports, key, (bytes) => {
        // Answers are counted once, also if another writer was faster.
        const tally = isFirst ? run.tally : new RunTally(run.request);
        isFirst = false;
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
  const before = bytes === undefined ? '' : textIn(bytes);
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
  for await (const rows of mergedRows(goal, grouped(priceRows(before, key)), answers, held)) {
    for (const row of rows) addRow(row);
    await text.drained();
  }
  // Ingest refuses a file without rows: what it had is deleted by name.
  if (isEmpty) for (const row of priceRows(before, key)) addRow(deletion(row));
  if (isEmpty) return undefined;
  return goal.kind === 'history' ? text.close() : Buffer.from(plain.join(''));
}

const textIn = (bytes: Uint8Array): string =>
  (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : Buffer.from(bytes)).toString();

/** What the collector's files of the dates before hold about the dates of a goal. */
async function heldBefore({ ports, request }: Run, { from, fileDate }: PriceGoal): Promise<Held> {
  const keys: string[] = [];
  for (let date = from; date < fileDate; date = addDays(date, 1))
    for (const kind of ['history', 'incremental'] as const) keys.push(keyOf(request.provider, date, kind));
  keys.push(keyOf(request.provider, fileDate, 'history'));
  const files = await Promise.all(keys.map((key) => ports.files.read(key)));
  return heldBy(files.map((file, i) => (file ? within(priceRows(textIn(file.bytes), keys[i] ?? ''), from) : [])));
}

/** Rows of a date or later: a history has many that do not matter. */
function* within(rows: Iterable<PriceRow>, from: string): Generator<PriceRow> {
  for (const row of rows) if (row.date >= from) yield row;
}
