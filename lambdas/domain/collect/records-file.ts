import type { Dataset } from '../../contracts/dataset.ts';
import { type FlatRecord, recordKey, recordLine } from '../records/flat-record.ts';
import { ForeignFile } from './price-row.ts';

/**
 * The file of a day after new answers: what it had, and the new records in place of those with the same key. Sorted, so that the same
 * answers make the same bytes.
 * @param text of the file; empty if there is none
 * @param key of the file, for the message
 * @throws ForeignFile if the collector did not write the file
 */
export function recordsUnion(dataset: Dataset, text: string, records: Iterable<FlatRecord>, key: string): string {
  const union = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line !== '') union.set(recordKey(dataset, recordIn(line, key)), `${line}\n`);
  }
  for (const record of records) union.set(recordKey(dataset, record), recordLine(dataset, record));
  return [...union]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, line]) => line)
    .join('');
}

function recordIn(line: string, key: string): FlatRecord {
  try {
    return JSON.parse(line) as FlatRecord;
  } catch {
    throw new ForeignFile(
      `Expected JSON in every line of ${key}, which only the collector writes, found ${line.slice(0, 80)}. Remove that file.`,
    );
  }
}
