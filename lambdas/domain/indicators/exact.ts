const PLACES = 18;

/** An exact decimal as a whole number of 10⁻¹⁸: for comparisons and sums without rounding. */
export function exact(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(PLACES, '0'));
}

/**
 * Sums of `n` values that end at an index, exact: so the first value of the series changes nothing.
 * @returns undefined for an index with fewer values before it
 */
export function exactSums(values: readonly bigint[]): (n: number, at: number) => bigint | undefined {
  let total = 0n;
  const totals = [0n, ...values.map((value) => (total += value))];
  return (n, at) => {
    const [end, start] = [totals[at + 1], totals[at + 1 - n]];
    return end === undefined || start === undefined ? undefined : end - start;
  };
}
