import { longDate } from '../../contracts/dates.ts';
import { currencySign } from '../../contracts/exchange.ts';
import { formatPair, formatPrice } from '../../contracts/format.ts';
import type { Correction } from './corrections.ts';

/** `AAPL, 3 Jan 2020: 2,974.30 → 297.43`; `AAPL: all closes up to 8 Jan 2020 divided by 4` for a history that was rescaled. */
export const correctionText = (correction: Correction): string =>
  `${correction.ticker}${correction.dividedBy === undefined ? ', ' : ': '}${correctedText(correction)}`;

/** The same without the ticker. */
export const correctedText = ({ ticker, date, was, now, isSuspect, dividedBy }: Correction): string => {
  if (dividedBy !== undefined) return `all closes up to ${longDate(date)} ${scaledBy(dividedBy)}`;
  const sign = currencySign(ticker);
  const [from, to] =
    now === undefined ? [sign + formatPrice(was), 'withdrawn'] : formatPair(was, now).map((price) => sign + price);
  return `${longDate(date)}: ${from} → ${to}${isSuspect ? ' (suspect)' : ''}`;
};

const scaledBy = (factor: number): string =>
  factor > 1 ? `divided by ${rounded(factor)}` : `multiplied by ${rounded(1 / factor)}`;

const rounded = (factor: number): string => String(Number(factor.toPrecision(4)));
