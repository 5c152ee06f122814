import { axisUnit, groupThousands } from '../../contracts/format.ts';

/** A value of the axis with its label; empty if its place is taken. */
export type ValueTick = { value: number; label: string };

/** Steps between labels, as shares of a power of ten. */
const STEPS = [10, 5, 2.5, 2, 1, 0.5, 0.25, 0.2, 0.1];
const FEWEST = 3;

/**
 * Round values between `low` and `high`: the widest step that leaves three of them, or else the most.
 * @param isFree false for a value whose place is taken
 * @param minStep labels of values that are nearer would touch
 */
export function valueTicks(
  low: number,
  high: number,
  { isFree = () => true, minStep = 0 }: { isFree?: (value: number) => boolean; minStep?: number } = {},
): ValueTick[] {
  const magnitude = 10 ** Math.floor(Math.log10((high - low) / FEWEST));
  let values: number[] = [];
  for (const step of STEPS.map((share) => share * magnitude).filter((one) => one >= minStep)) {
    const found = multiples(step, low, high);
    if (found.filter(isFree).length > values.filter(isFree).length) values = found;
    if (values.filter(isFree).length >= FEWEST) break;
  }
  const { factor, suffix } = axisUnit(values.at(-1) ?? 0);
  const decimals = decimalsOf(values.map((value) => value / factor));
  const labelled = values.map((value) => ({
    value,
    label: isFree(value) ? `${groupThousands((value / factor).toFixed(decimals))}${suffix}` : '',
  }));
  // Beyond twelve decimals two values look the same.
  return labelled.filter(({ label }, i) => label === '' || label !== labelled[i - 1]?.label);
}

function multiples(step: number, low: number, high: number): number[] {
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** The fewest decimals (0 to 12) that write every value nearly exactly, compared with their distances. */
export const decimalsOf = (values: readonly number[]): number => {
  const steps = values.slice(1).map((value, i) => value - (values[i] ?? value));
  const tolerance = 1e-4 * Math.min(...steps, Math.abs(values[0] ?? 1) || 1);
  for (let decimals = 0; decimals < 12; decimals++) {
    const isWritten = (v: number) => Math.abs(v - Number(v.toFixed(decimals))) < tolerance + Math.abs(v) * 1e-12;
    if (values.every(isWritten)) return decimals;
  }
  return 12;
};
