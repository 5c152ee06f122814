import { longDate } from '../series/calendar.ts';
import { formatPrice } from '../series/format.ts';
import type { Correction } from './corrections.ts';

/** `AAPL, 3 Jan 2020: 2,974.30 → 297.43` */
export const correctionText = ({ ticker, date, was, now }: Correction): string =>
  `${ticker}, ${longDate(date)}: ${formatPrice(was)} → ${now === undefined ? 'withdrawn' : formatPrice(now)}`;
