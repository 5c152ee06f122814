import { longDate } from '../../contracts/dates.ts';
import { formatPrice } from '../../contracts/format.ts';
import type { Correction } from './corrections.ts';

/** `AAPL, 3 Jan 2020: 2,974.30 → 297.43`, or with other signs before the date and behind it. */
export const correctionText = (
  { ticker, date, was, now, isSuspect }: Correction,
  before = ', ',
  behind = ': ',
): string =>
  `${ticker}${before}${longDate(date)}${behind}${formatPrice(was)} → ${now === undefined ? 'withdrawn' : formatPrice(now)}${isSuspect ? ' (suspect)' : ''}`;
