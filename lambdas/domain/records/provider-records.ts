import type { Dataset } from '../../contracts/dataset.ts';
import type { Endpoint, FlatRecord, Normalised } from '../collect/provider.ts';
import { readRecord, recordKey } from './flat-record.ts';

/** Makes records of a dataset for one provider, which is a column of each. */
export const recordsOf = (dataset: Dataset, provider: string) => ({
  one(values: Record<string, string | number | null | undefined>): Normalised<FlatRecord> {
    const read = readRecord(dataset, { ...values, provider });
    if ('record' in read) return read;
    const { column, expected, found } = read.problem;
    return { rejected: `${column}: expected ${expected}, found ${found}` };
  },
  key: ((record) => recordKey(dataset, record)) satisfies Endpoint<FlatRecord>['key'],
});
