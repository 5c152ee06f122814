/** A reading counts only if at least this share of the rows is valid in it. */
const MIN_VALID = 0.99;
/** Every other reading must fail on at least this share of the rows, and on at least this many. */
const MIN_FAILING = 0.2;
const MIN_FAILING_ROWS = 3;

/**
 * The reading that the rows prove, or undefined if they leave a choice.
 * @param rows for each row that tells readings apart: the readings in which it is valid
 * @param isOneValue true if all rows have the same value: one mistake would be in all of them
 */
export function settle<R>(rows: readonly ReadonlySet<R>[], readings: readonly R[], isOneValue = false): R | undefined {
  const isFew = rows.length < MIN_FAILING_ROWS || isOneValue;
  const needed = isFew ? rows.length : Math.max(MIN_FAILING_ROWS, rows.length * MIN_FAILING);
  const valid = (reading: R) => rows.filter((row) => row.has(reading)).length;
  return readings.find(
    (reading) =>
      rows.length > 0 &&
      valid(reading) >= rows.length * MIN_VALID &&
      readings.every((other) => other === reading || rows.length - valid(other) >= needed),
  );
}
