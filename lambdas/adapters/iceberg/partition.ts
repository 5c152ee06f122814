import type { LakeRow, PartitionField } from '../../contracts/dataset.ts';
import { dayNumber } from '../../contracts/dates.ts';
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
