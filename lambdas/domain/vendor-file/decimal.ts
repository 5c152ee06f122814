import type { DecimalMark } from '../../contracts/profile.ts';

const CANONICAL = /^(?:[1-9]\d{0,17}|0)(?:\.\d{0,17}[1-9])?$/;
const DECIMAL = /^\+?(\d+)(?:\.(\d+))?$|^\+?\.(\d+)$/;
const MAX_DIGITS = 18;
/** Allows zeros on both sides. Longer text is not a number, and is rejected before the regular expressions see it. */
const MAX_CHARS = 64;
const EXPONENT = /^([^eE]+)[eE]([+-]?\d{1,2})$/;
/** A currency sign before or after the number, like `$`, `US$` or `€`. */
const CURRENCY = /^(?:US|CA|AU|HK|NZ|C|A|S|R)?(?!¢)\p{Sc}\s?|\s?(?!¢)\p{Sc}$/gu;
/** Spaces and apostrophes between groups of three digits. */
const OTHER_GROUPS = /^[1-9]\d{0,2}(?:[\s'’]\d{3})+(?!\d)/;
/** Treasury quotes are written 128'160 for 128 16/32: not 128,160. */
const LIKE_FRACTION = /^\d{2,3}['’]\d{2,3}$/;
/** Groups of three digits, or Indian ones (12,34,567). No grouped number begins with a zero. */
const GROUPED = {
  ',': /^[1-9]\d{0,2}(?:,\d{3})+$|^[1-9]\d?(?:,\d{2})+,\d{3}$/,
  '.': /^[1-9]\d{0,2}(?:\.\d{3})+$|^[1-9]\d?(?:\.\d{2})+\.\d{3}$/,
};
const ONLY_DIGITS_AND_MARKS = /^[\d.,]+$/;
/** Suffixes of volumes: `41.66M`. */
const SUFFIX = /\s?([KMBT])$/i;
const POWERS: Record<string, number> = { K: 3, M: 6, B: 9, T: 12 };

/**
 * The canonical form of a plain decimal: no sign, no leading or trailing zeros ("007.50" is "7.5"). Exact: no arithmetic.
 * @returns undefined for anything else: exponents, separators, more than 18 digits before or after the point, more than 64 characters
 */
export function canonicalDecimal(text: string): string | undefined {
  if (text.length > MAX_CHARS) return undefined;
  if (CANONICAL.test(text)) return text;
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  return canonical(match[1] ?? '', match[2] ?? match[3] ?? '');
}

/**
 * The canonical form of a decimal as vendors write it: with a currency sign, grouped digits, an exponent (`$1,234.50`, `1.23E+08`).
 * @param mark the decimal mark; undefined reads only numbers that have no point and no comma
 * @param hasSuffix true to read `41.66M`
 */
export function vendorDecimal(text: string, mark: DecimalMark | undefined, hasSuffix = false): string | undefined {
  if (mark === '.') {
    const plain = canonicalDecimal(text);
    if (plain !== undefined) return plain;
  }
  if (text.length > MAX_CHARS || !/\d/.test(text)) return undefined;
  if (ONLY_DIGITS_AND_MARKS.test(text)) return ungrouped(text, mark, true);
  const bare = text.replaceAll(CURRENCY, '').replace(/^\+/, '');
  if (!hasSuffix && LIKE_FRACTION.test(bare)) return undefined;
  const [, suffix = ''] = (hasSuffix && SUFFIX.exec(bare)) || [];
  const [, mantissa, exponent] = EXPONENT.exec(bare) ?? [];
  // No one groups the digits of a number with an exponent.
  if (mantissa !== undefined) return shifted(ungrouped(mantissa, mark, false), Number(exponent));
  const number = suffix ? bare.replace(SUFFIX, '') : bare;
  return shifted(ungrouped(number, mark, true), POWERS[suffix.toUpperCase()] ?? 0);
}

/** Moves the decimal point: `1.5` by 2 is `150`. Exact. */
export function shifted(decimal: string | undefined, places: number): string | undefined {
  if (decimal === undefined || places === 0) return decimal;
  const [whole = '', fraction = ''] = decimal.split('.');
  const digits = whole + fraction;
  const point = whole.length + places;
  if (point <= 0) return canonical('', '0'.repeat(-point) + digits);
  return canonical(digits.slice(0, point).padEnd(point, '0'), digits.slice(point));
}

/** Removes group marks, and turns the decimal mark into a point. */
function ungrouped(text: string, mark: DecimalMark | undefined, mayGroup: boolean): string | undefined {
  const number =
    mayGroup && !ONLY_DIGITS_AND_MARKS.test(text)
      ? text.replace(OTHER_GROUPS, (groups) => groups.replace(/\D/g, ''))
      : text;
  if (mark === undefined) return /[.,]/.test(number) ? undefined : canonicalDecimal(number);
  const [whole = '', fraction, ...more] = number.split(mark);
  if (more.length > 0) return undefined;
  const group = mark === '.' ? ',' : '.';
  const isGrouped = whole.includes(group);
  if (isGrouped && !(mayGroup && GROUPED[group].test(whole))) return undefined;
  const digits = isGrouped ? whole.replaceAll(group, '') : whole;
  return canonicalDecimal(fraction === undefined ? digits : `${digits}.${fraction}`);
}

function canonical(whole: string, fraction: string): string | undefined {
  const significant = whole.replace(/^0+/, '');
  const decimals = withoutTrailingZeros(fraction);
  if (significant.length > MAX_DIGITS || decimals.length > MAX_DIGITS) return undefined;
  return `${significant || '0'}${decimals && `.${decimals}`}`;
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}
