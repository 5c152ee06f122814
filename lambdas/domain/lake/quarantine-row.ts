import type { LakeRow } from '../../contracts/dataset.ts';
import type { LakeDelivery } from './lake-delivery.ts';

/** The row of the table of quarantined rows. @param fields of a line of the quarantine file @param number of that line, from 1 */
export function quarantineRow(
  { fileDate, delivery, revision }: LakeDelivery,
  [line = '', column = '', expected = '', found = '', row = '']: readonly string[],
  number: number,
): LakeRow {
  return {
    file_date: fileDate,
    delivery,
    revision,
    number,
    line: line === '' ? null : Number(line),
    column: column || null,
    expected,
    found,
    row: row || null,
  };
}

/** Why a row was quarantined: `close: a number above 0`; undefined for the note that there are more rows. */
export const reasonOf = ([line = '', column = '', expected = '']: readonly string[]): string | undefined =>
  line === '' ? undefined : `${column && `${column}: `}${expected}`;
