/** Fewer corrections are listed one by one. */
const MIN_CLOSES = 5;
/** A factor this near to a whole number is that number. */
const TOLERANCE = 0.005;

/**
 * The factor by which a delivery rescaled closes: 4 if all of them are a fourth of what they were. Vendors round rescaled closes to the
 * last decimal place of their file.
 * @returns undefined if one factor does not explain all of them, or there are few
 */
export function commonFactor(pairs: readonly { was: string; now: string }[]): number | undefined {
  if (pairs.length < MIN_CLOSES) return undefined;
  const factors = pairs.map(({ was, now }) => Number(was) / Number(now)).sort((a, b) => a - b);
  const factor = wholeFactor(factors[Math.floor(factors.length / 2)] ?? 1);
  const places = Math.max(...pairs.map(({ now }) => now.split('.')[1]?.length ?? 0));
  const isOne = pairs.every(({ was, now }) => Math.abs(Number(was) / factor - Number(now)) <= 10 ** -places);
  return isOne && Math.abs(factor - 1) > TOLERANCE ? factor : undefined;
}

/** A whole number, or one divided by one, if the factor is near it. */
function wholeFactor(factor: number): number {
  const n = Math.round(factor > 1 ? factor : 1 / factor);
  const whole = factor > 1 ? n : 1 / n;
  return Math.abs(factor / whole - 1) <= TOLERANCE ? whole : factor;
}
