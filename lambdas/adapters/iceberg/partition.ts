import type { LakeRow, PartitionField } from '../../contracts/dataset.ts';
import { dayNumber } from '../../contracts/dates.ts';
import type { ListedManifest } from './manifest-files.ts';
import { int32 } from './values.ts';

/** Values of the partition fields, by name. */
export type Partition = Record<string, string | number | null>;

/** The partition that a row belongs to. */
export const partitionOf = (fields: readonly PartitionField[], row: LakeRow): Partition =>
  Object.fromEntries(fields.map(({ name, transform, column }) => [name, TRANSFORMS[transform](String(row[column]))]));

const TRANSFORMS: Record<PartitionField['transform'], (value: string) => string | number> = {
  identity: (value) => value,
  day: dayNumber,
  month: (date) => monthNumber(date.slice(0, 7)),
};

/** Months since January 1970 of `2020-01`. */
export const monthNumber = (month: string): number =>
  (Number(month.slice(0, 4)) - 1970) * 12 + Number(month.slice(5)) - 1;

/** True if everything in a partition is older than a date (ISO); false without a date. */
export function isBefore(fields: readonly PartitionField[], partition: Partition, date: string | undefined): boolean {
  const field = fields.find(({ transform }) => transform !== 'identity');
  return (
    date !== undefined &&
    field !== undefined &&
    Number(partition[field.name]) < Number(TRANSFORMS[field.transform](date))
  );
}

/** A partition as a key of a map. */
export const partitionKey = (fields: readonly { name: string }[], partition: Partition): string =>
  JSON.stringify(fields.map(({ name }) => partition[name]));

/** False if the ranges of a manifest have room for none of the partitions. */
export function mayHavePartition(
  fields: readonly { name: string }[],
  { partitions: ranges }: Pick<ListedManifest, 'partitions'>,
  wanted: readonly Partition[],
): boolean {
  if (!ranges) return true;
  return wanted.some((partition) =>
    fields.every(({ name }, i) => {
      const [value, range] = [partition[name], ranges[i]];
      if (value === null || value === undefined || !range?.lower_bound || !range.upper_bound) return true;
      return compare(value, range.lower_bound) >= 0 && compare(value, range.upper_bound) <= 0;
    }),
  );
}

/** Orders a value and a bound. Other engines may shorten bounds of text. */
function compare(value: string | number, bound: Uint8Array): number {
  if (typeof value === 'number') return value - Buffer.from(bound).readInt32LE();
  return Buffer.compare(Buffer.from(value).subarray(0, bound.length), bound);
}

const encoded = (value: string | number): Buffer => (typeof value === 'number' ? int32(value) : Buffer.from(value));

/** The range of each partition field in a manifest: engines skip manifests by it. */
export const rangesOf = (fields: readonly { name: string }[], partitions: readonly Partition[]) =>
  fields.map(({ name }) => {
    const values = partitions.map((one) => one[name]).filter((value) => value !== null && value !== undefined);
    const sorted = values.sort((a, b) =>
      typeof a === 'number' ? a - Number(b) : Buffer.compare(Buffer.from(a), Buffer.from(String(b))),
    );
    const [lower, upper] = [sorted[0], sorted.at(-1)];
    return {
      contains_null: values.length < partitions.length,
      contains_nan: null,
      lower_bound: lower === undefined ? null : encoded(lower),
      upper_bound: upper === undefined ? null : encoded(upper),
    };
  });
