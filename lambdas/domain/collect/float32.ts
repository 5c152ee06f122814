/** Digits that always tell one float of 32 bits from the next. */
const MAX_DIGITS = 9;

/**
 * The shortest decimal that is the same float of 32 bits: `6.510000228881836` is `6.51`. A number that is no such float stays as it is.
 */
export function shortestFloat32(text: string): string {
  const value = Number(text);
  if (!Number.isFinite(value) || Math.fround(value) !== value) return text;
  for (let digits = 1; digits <= MAX_DIGITS; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return String(shorter);
  }
  return text;
}
