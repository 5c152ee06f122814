import { canonicalDecimal } from '../vendor-file/decimal.ts';
import { splitRatioIn } from '../vendor-file/split-ratio.ts';

const PLACES = 18;
/** Quotients that do not end are rounded to this many places. */
const ROUNDED_PLACES = 6;

const unscaled = (decimal: string): bigint => {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(PLACES, '0'));
};

/**
 * A decimal × a / b: exact if it ends within so many places, otherwise rounded half up.
 * @param a and b are decimals above 0
 */
export function timesRatio(decimal: string, a: string, b: string, places = ROUNDED_PLACES): string {
  const unit = 10n ** BigInt(PLACES - places);
  const divisor = unscaled(b) * unit;
  const rounded = (unscaled(decimal) * unscaled(a) * 2n + divisor) / (divisor * 2n);
  const digits = String(rounded).padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return canonicalDecimal(text) ?? decimal;
}

/** New shares per old, as files have it: `4` for 4 to 1; empty for 1 to 1, and for what is no ratio. */
export const declaredRatio = (after: string, before: string): string =>
  splitRatioIn(`${after}:${before}`, '.', true) ?? '';
