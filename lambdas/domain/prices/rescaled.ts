/** Fewer corrections are listed one by one. */
const MIN_CLOSES = 5;
/** Vendors round rescaled closes. */
const TOLERANCE = 0.005;

/**
 * The factor by which a delivery rescaled closes: 4 if all of them are a fourth of what they were.
 * @returns undefined if one factor does not explain all of them, or there are few
 */
export function commonFactor(pairs: readonly { was: string; now: string }[]): number | undefined {
  if (pairs.length < MIN_CLOSES) return undefined;
  const factors = pairs.map(({ was, now }) => Number(was) / Number(now)).sort((a, b) => a - b);
  const factor = factors[Math.floor(factors.length / 2)] ?? 1;
  const isOne = factors.every((one) => Math.abs(one / factor - 1) <= TOLERANCE);
  return isOne && Math.abs(factor - 1) > TOLERANCE ? factor : undefined;
}
