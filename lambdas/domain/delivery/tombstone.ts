import { TOMBSTONE_YEAR } from '../../contracts/keys.ts';
import type { Segment } from './segment.ts';

/** New shares per old (exact decimal) on the ex-date (ISO). */
export type DeclaredSplit = { date: string; ratio: string };
/** From `date` on (ISO), the ticker `from` is named `to`. */
export type Rename = { date: string; from: string; to: string };

/** What the tombstone item of a ticker says about it. A rename is in the items of both names. */
export type Tombstone = { isRetired: boolean; splits: DeclaredSplit[]; renames: Rename[] };

const RETIRED = 'retired';
const LINE = /^(split|from|to) (\d{4}-\d{2}-\d{2}) (.+)$/;

/** The lines of a tombstone item: `retired`, `split 2020-08-31 4`, `from 2022-06-09 FB`, `to 2022-06-09 META`. */
export const tombstoneRows = (ticker: string, { isRetired, splits, renames }: Tombstone): string =>
  [
    ...(isRetired ? [RETIRED] : []),
    ...splits.map(({ date, ratio }) => `split ${date} ${ratio}`).sort(),
    ...renames.map(({ date, from, to }) => (to === ticker ? `from ${date} ${from}` : `to ${date} ${to}`)).sort(),
  ].join('\n');

/** Reads a tombstone item; undefined for other segments. */
export function tombstoneIn({ ticker, year, rows }: Segment): Tombstone | undefined {
  if (year !== TOMBSTONE_YEAR) return undefined;
  const tombstone: Tombstone = { isRetired: false, splits: [], renames: [] };
  for (const line of rows.split('\n')) {
    const [, kind, date = '', value = ''] = LINE.exec(line) ?? [];
    if (line === RETIRED) tombstone.isRetired = true;
    else if (kind === 'split') tombstone.splits.push({ date, ratio: value });
    else if (kind === 'from') tombstone.renames.push({ date, from: value, to: ticker });
    else if (kind === 'to') tombstone.renames.push({ date, from: ticker, to: value });
  }
  return tombstone;
}
