import { currencySign } from './exchange.ts';

const MINUS = '−';
/** Significant digits of a price below 1. */
const SMALL_DIGITS = 4;
/** A price with more digits before the point is written in T (10¹²), so that it fits into a table. */
const MAX_WHOLE_DIGITS = 12;

/**
 * Formats an exact decimal for people: thousands separated; two decimals from 1 up, four significant digits below.
 * `1110` is `1,110.00`, `44.68999862670898` is `44.69`, `0.00012345` is `0.0001235`.
 */
export function formatPrice(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  if (whole.length > MAX_WHOLE_DIGITS) return `${formatPrice(shiftedLeft(decimal, MAX_WHOLE_DIGITS))} T`;
  const leadingZeros = /^0*/.exec(fraction)?.[0].length ?? 0;
  const isSmall = whole === '0' && leadingZeros < fraction.length;
  const rounded = roundedTo(decimal, isSmall ? leadingZeros + SMALL_DIGITS : 2);
  const [shownWhole = '', shown = ''] = rounded.split('.');
  return `${groupThousands(shownWhole)}.${shown.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** Significant digits of an abbreviated price. */
const SHORT_DIGITS = 4;

/** A price for little space: `1.235M` from a million up, else as formatPrice. */
export function formatShort(decimal: string): string {
  const { factor, suffix } = axisUnit(Number(decimal));
  return suffix ? `${Number((Number(decimal) / factor).toPrecision(SHORT_DIGITS))}${suffix}` : formatPrice(decimal);
}

/** A price of a ticker with the sign of its currency: `₹3,500.00` for `TCS.NS`. */
export const formatPriceOf = (ticker: string, decimal: string): string => currencySign(ticker) + formatPrice(decimal);

/** Formats two prices so that they look different if they are: both in full if they round to the same text. */
export function formatPair(a: string, b: string): [string, string] {
  const [first, second] = [formatPrice(a), formatPrice(b)];
  return first === second && a !== b ? [groupThousands(a), groupThousands(b)] : [first, second];
}

/** Rounds an exact decimal to a number of places, half up. */
function roundedTo(decimal: string, places: number): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  if (fraction.length <= places) return decimal;
  const kept = BigInt(whole + fraction.slice(0, places)) + BigInt((fraction[places] ?? '0') >= '5');
  const digits = String(kept).padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Divides by a power of ten; the number has more digits than `places` before its point. */
function shiftedLeft(decimal: string, places: number): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  return `${whole.slice(0, -places)}.${whole.slice(-places)}${fraction}`;
}

/** `1234567.8912` is `1,234,567.8912`. */
export const groupThousands = (number: string): string => number.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');

const ABBREVIATIONS: [number, string][] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
];

/** Unit of the numbers of an axis: from a million up they are abbreviated. */
export const axisUnit = (largest: number): { factor: number; suffix: string } => {
  const [factor, suffix] = ABBREVIATIONS.find(([limit]) => largest >= limit) ?? [1, ''];
  return { factor, suffix };
};

/** A count such as a volume: `180.2M`, below a million in full. */
export function formatCount(count: number): string {
  const { factor, suffix } = axisUnit(count);
  return `${groupThousands(suffix ? (count / factor).toFixed(1) : String(Math.round(count)))}${suffix}`;
}

/** Formats a relative change with its sign: 0.0123 is `+1.2 %`; `–` if there is none. */
export function formatChange(change: number | undefined, decimals = 1): string {
  if (change === undefined || !Number.isFinite(change)) return '–';
  const percent = Math.abs(change * 100).toFixed(decimals);
  const sign = Number(percent) === 0 ? '±' : change > 0 ? '+' : MINUS;
  return `${sign}${percent} %`;
}

const MAX_OLD_SHARES = 100;

/** The ratio of a split, new shares per old: `4:1`, `1:10` or `3:2`. */
export function ratioText(ratio: number): string {
  for (let old = 1; old <= MAX_OLD_SHARES; old++) {
    const shares = ratio * old;
    if (Math.abs(shares - Math.round(shares)) < 1e-9 * shares) return `${Math.round(shares)}:${old}`;
  }
  return `${Number(ratio.toPrecision(6))}:1`;
}
