import type { Dataset } from '../contracts/dataset.ts';
import { collectedKey } from '../contracts/delivery-id.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import { type KeptAnswer, rowsOf } from '../domain/collect/kept-answers.ts';
import { fileDateOf } from '../domain/collect/plan.ts';
import type { ApiRequest, Endpoint, FlatRecord } from '../domain/collect/provider.ts';
import { recordsUnion } from '../domain/collect/records-file.ts';
import { changeFile, type Run } from './run.ts';

/** Writes the file of the day with the records of a run. Without any record there is no file. */
export async function writeRecords(
  run: Run,
  endpoint: Endpoint<FlatRecord>,
  dataset: Dataset,
): Promise<Pick<RunRecord, 'files'>> {
  return { files: await addRecords(run, dataset, await recordsIn(run, endpoint)) };
}

/** Adds records to the file of the day. @returns the file; none without a record */
export async function addRecords(
  { ports, request }: Run,
  dataset: Dataset,
  records: readonly FlatRecord[],
): Promise<RunRecord['files']> {
  if (records.length === 0) return [];
  const key = collectedKey(dataset.name, request.provider, fileDateOf(request));
  const file = await changeFile(ports, key, async (bytes) =>
    Buffer.from(recordsUnion(dataset, bytes === undefined ? '' : Buffer.from(bytes).toString(), records, key)),
  );
  return [file];
}

/** Columns with the date of a record. */
const DATES = ['date', 'published', 'at'];

/** The records of a run, counted: of two with the same key the later one. */
export async function recordsIn(
  { answers, tally, context }: Run,
  endpoint: Endpoint<FlatRecord>,
): Promise<FlatRecord[]> {
  const records = new Map<string, FlatRecord>();
  for await (const { request, rows } of bySubject(answers.read(), endpoint, tally)) {
    for (const row of endpoint.combine?.(rows) ?? rows) {
      const one = endpoint.normalise(row, request, context);
      if (one && 'rejected' in one) tally.addRejection(request.subject, one.rejected);
      if (!one || 'rejected' in one) continue;
      const { record } = one;
      records.set(endpoint.key(record), record);
      const date = DATES.map((name) => record[name]).find((value) => typeof value === 'string');
      if (date) tally.addDate(request.subject, String(date).slice(0, 10));
    }
  }
  return [...records.values()];
}

type Gathered = { request: ApiRequest; rows: unknown[] };

/** Rows of each answer; of an endpoint that combines them, those of each subject together. */
async function* bySubject(
  answers: AsyncIterable<KeptAnswer>,
  endpoint: Endpoint<FlatRecord>,
  tally: Run['tally'],
): AsyncGenerator<Gathered> {
  let gathered: Gathered | undefined;
  for await (const kept of answers) {
    const { rows, flags, fault } = rowsOf(endpoint, kept);
    const request = kept.request as ApiRequest;
    tally.addAnswer(kept, flags, rows.length);
    if (fault) tally.addMissing(request.subject, fault);
    if (gathered && endpoint.combine && gathered.request.subject === request.subject) {
      gathered.rows.push(...rows);
      continue;
    }
    if (gathered) yield gathered;
    gathered = { request, rows };
  }
  if (gathered) yield gathered;
}
