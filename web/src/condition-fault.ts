import type { Condition } from '../../lambdas/contracts/alert.ts';
import { isPrice } from './condition-fields.tsx';

/** What is wrong with a condition that is being typed; undefined if it is complete. */
export function conditionFault(condition: Condition): string | undefined {
  if (condition.kind === 'price')
    return isPrice(condition.threshold)
      ? undefined
      : 'Expected a threshold above zero, like 310 or 310.25: a point before the decimals, no commas.';
  const numbers = Object.values(condition).filter((value) => typeof value === 'number');
  if (numbers.some(Number.isNaN)) return 'Expected a number inside the limits of its field.';
  if (condition.kind === 'average' && condition.fast >= condition.slow)
    return 'Expected fewer sessions in the first average than in the second one.';
  return undefined;
}
