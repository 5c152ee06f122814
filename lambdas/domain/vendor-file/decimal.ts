const CANONICAL = /^(?:[1-9]\d{0,17}|0)(?:\.\d{0,17}[1-9])?$/;
const DECIMAL = /^\+?(\d+)(?:\.(\d+))?$|^\+?\.(\d+)$/;
const MAX_DIGITS = 18;
/** Allows zeros on both sides. Longer text is not a price, and is rejected before the regular expressions see it. */
const MAX_CHARS = 64;

/**
 * The canonical form of a plain decimal: no sign, no leading or trailing zeros ("007.50" is "7.5"). Exact: no arithmetic.
 * @returns undefined for anything else: exponents, separators, more than 18 digits before or after the point, more than 64 characters
 */
export function canonicalDecimal(text: string): string | undefined {
  if (text.length > MAX_CHARS) return undefined;
  if (CANONICAL.test(text)) return text;
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const whole = (match[1] ?? '').replace(/^0+/, '');
  const fraction = withoutTrailingZeros(match[2] ?? match[3] ?? '');
  if (whole.length > MAX_DIGITS || fraction.length > MAX_DIGITS) return undefined;
  return `${whole || '0'}${fraction && `.${fraction}`}`;
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}
