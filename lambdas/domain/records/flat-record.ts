import type { Column, ColumnType, Dataset } from '../../contracts/dataset.ts';
import { isRealDate } from '../../contracts/delivery-id.ts';
import { tickerFault } from '../../contracts/ticker.ts';
import { quote } from '../vendor-file/bad-file.ts';

/** One record of a collected dataset: its own columns, without those of the delivery. */
export type FlatRecord = Record<string, string | number | null>;

export type RecordProblem = { column: string; expected: string; found: string };

/** Columns that every collected dataset has: they come from the delivery. */
const FROM_DELIVERY = ['file_date', 'delivery', 'revision', 'line'];
const MAX_CHARS = 4_000;
const DECIMAL = /^-?\d{1,18}(?:\.\d{1,18})?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/;

const EXPECTED: Record<ColumnType, [test: (value: unknown) => boolean, expected: string]> = {
  string: [
    (value) => typeof value === 'string' && value.length <= MAX_CHARS,
    `a text of at most ${MAX_CHARS} characters`,
  ],
  int: [(value) => typeof value === 'number' && Number.isSafeInteger(value), 'a whole number'],
  date: [(value) => typeof value === 'string' && isRealDate(value), 'a date like 2020-01-10'],
  timestamptz: [
    (value) => typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value)),
    'an instant like 2020-01-10T21:00:00Z',
  ],
  'decimal(36,18)': [
    (value) => typeof value === 'string' && DECIMAL.test(value),
    'a decimal as text, like "-0.25", with at most 18 digits on each side of the point',
  ],
};

/** The columns of a record, in their order. */
export const recordColumns = ({ columns }: Dataset): Column[] =>
  columns.filter(({ name }) => !FROM_DELIVERY.includes(name));

/** The columns that identify a record, whatever delivery it comes from. */
export const keyColumns = ({ key }: Dataset): string[] => key.filter((name) => !FROM_DELIVERY.includes(name));

/** The same for two records of which the later one counts. */
export const recordKey = (dataset: Dataset, record: FlatRecord): string =>
  keyColumns(dataset)
    .map((name) => JSON.stringify(record[name] ?? null))
    .join();

/** Checks a record against the columns of its dataset. @returns the record with every column, or what is wrong first */
export function readRecord(
  dataset: Dataset,
  given: Record<string, unknown>,
): { record: FlatRecord } | { problem: RecordProblem } {
  const columns = recordColumns(dataset);
  const unknown = Object.keys(given).find((name) => !columns.some((column) => column.name === name));
  if (unknown !== undefined)
    return {
      problem: {
        column: unknown,
        expected: `one of ${columns.map(({ name }) => name).join(', ')}`,
        found: quote(unknown),
      },
    };
  const record: FlatRecord = {};
  for (const column of columns) {
    const value = given[column.name] ?? null;
    const expected = faultOf(column, value);
    if (expected) return { problem: { column: column.name, expected, found: shown(value) } };
    record[column.name] = value as FlatRecord[string];
  }
  return { record };
}

/** A foreign value, for a message. */
function shown(value: unknown): string {
  if (typeof value === 'number') return `the number ${value}`;
  return quote(value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));
}

function faultOf({ name, type, isRequired }: Column, value: unknown): string | undefined {
  const [test, expected] = EXPECTED[type];
  if (value === null) return isRequired ? expected : undefined;
  if (name === 'ticker' && typeof value === 'string') return tickerFault(value);
  return test(value) ? undefined : expected;
}

/** A record as one line of a file of JSON Lines: columns in their order, without those that are empty. */
export const recordLine = (dataset: Dataset, record: FlatRecord): string =>
  `${JSON.stringify(Object.fromEntries(recordColumns(dataset).flatMap(({ name }) => (record[name] == null ? [] : [[name, record[name]]]))))}\n`;
