import { canonicalDecimal } from '../vendor-file/decimal.ts';
import { splitRatioIn } from '../vendor-file/split-ratio.ts';

const PLACES = 18;
/** Prices from 1 up, and below. */
const PLACES_OF_PRICES = { large: 4, small: 6 };

const unscaled = (decimal: string): bigint => {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(PLACES, '0'));
};

/**
 * A decimal × a / b, rounded half up to so many places: by default those of a price.
 * @param a and b are decimals above 0
 */
export function timesRatio(decimal: string, a: string, b: string, digits?: number): string {
  const isSmall = (Number(decimal) * Number(a)) / Number(b) < 1;
  const places = digits ?? (isSmall ? PLACES_OF_PRICES.small : PLACES_OF_PRICES.large);
  const unit = 10n ** BigInt(PLACES - places);
  const divisor = unscaled(b) * unit;
  const rounded = (unscaled(decimal) * unscaled(a) * 2n + divisor) / (divisor * 2n);
  const shown = String(rounded).padStart(places + 1, '0');
  const text = places === 0 ? shown : `${shown.slice(0, -places)}.${shown.slice(-places)}`;
  return canonicalDecimal(text) ?? decimal;
}

/** New shares per old, as files have it: `4` for 4 to 1; empty for 1 to 1, and for what is no ratio. */
export const declaredRatio = (after: string, before: string): string =>
  splitRatioIn(`${after}:${before}`, '.', true) ?? '';

/** Decimals that prices have on exchanges, the usual first. */
const PLACES_TRIED = [2, 3, 4, 5, 6];

/**
 * A float of 32 bits × a / b: the shortest price that, divided again, is the same float. So a close of 54.44 that was sent as a 28th of
 * it comes out as 54.44.
 */
export function float32TimesRatio(decimal: string, a: string, b: string): string {
  const float = Math.fround(Number(decimal));
  for (const places of PLACES_TRIED) {
    const price = timesRatio(decimal, a, b, places);
    if (Math.fround((Number(price) * Number(b)) / Number(a)) === float) return price;
  }
  return timesRatio(decimal, a, b);
}
