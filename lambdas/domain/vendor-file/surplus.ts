import type { Delimiter } from '../../contracts/profile.ts';
import type { Columns } from './header.ts';
import type { Line } from './split-lines.ts';

/**
 * An empty field behind the last column. `drop`: it is left out. `check`: few rows have it; it is left out, unless the row may have a
 * number with an unquoted comma. `refuse`: such a row is bad.
 */
export type Surplus = 'drop' | 'check' | 'refuse';

/** Fewer rows do not show that all fields have the same number of digits by accident. */
const MIN_ROWS = 3;
const MAX_DECIMALS = 6;

/** What a sample shows. Only with commas between fields a number may be two fields. */
export function surplusOf(lines: readonly Line[], columns: Columns, delimiter: Delimiter): Surplus {
  if (delimiter !== ',') return 'drop';
  const withSurplus = lines.filter(({ fields }) => fields.length > columns.width);
  if (withSurplus.length === 0) return 'check';
  if (withSurplus.length < lines.length)
    return withSurplus.some((line) => mayBeSplit(line, columns)) ? 'refuse' : 'check';
  return withSurplus.some((line) => mayBeSplitClose(line, columns)) || haveSameDecimals(withSurplus, columns)
    ? 'refuse'
    : 'drop';
}

/** True if a price of a row with a surplus field may be two fields: `3,265.35,` for 3265.35. */
export const mayBeSplit = ({ fields }: Line, { close, extras }: Columns): boolean =>
  [close, ...extras.map(([, at]) => at)].some(
    (at) => isWhole(fields[at]) && /^\s*\d+(?:\.\d+)?\s*$/.test(fields[at + 1] ?? ''),
  );

/** True if `98,7,` may be the close 98.7, or `3,265.35,` the close 3265.35. All rows have a surplus field. */
const mayBeSplitClose = ({ fields }: Line, { close }: Columns): boolean =>
  isWhole(fields[close]) && /^\s*(?:\d{1,3}|\d{3}\.\d+)\s*$/.test(fields[close + 1] ?? '');

/** True if all closes are whole, and the fields behind them have the same number of digits: `1,1134,` may be 1.1134. */
function haveSameDecimals(lines: readonly Line[], { close }: Columns): boolean {
  const digits = new Set(lines.map(({ fields }) => /^\d+$/.exec((fields[close + 1] ?? '').trim())?.[0].length ?? 0));
  const [count = 0] = digits;
  const isSame = digits.size === 1 && count > 0 && count <= MAX_DECIMALS;
  return lines.length >= MIN_ROWS && isSame && lines.every(({ fields }) => isWhole(fields[close]));
}

const isWhole = (text: string | undefined): boolean => /^\s*\d+\s*$/.test(text ?? '');
