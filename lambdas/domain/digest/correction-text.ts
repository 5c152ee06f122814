import { longDate } from '../../contracts/dates.ts';
import { formatPair, formatPrice } from '../../contracts/format.ts';
import type { Correction } from './corrections.ts';

/** `AAPL, 3 Jan 2020: 2,974.30 → 297.43`, with other separators before and after the date if given. */
export const correctionText = (
  { ticker, date, was, now, isSuspect }: Correction,
  before = ', ',
  after = ': ',
): string => {
  const [from, to] = now === undefined ? [formatPrice(was), 'withdrawn'] : formatPair(was, now);
  return `${ticker}${before}${longDate(date)}${after}${from} → ${to}${isSuspect ? ' (suspect)' : ''}`;
};
