import type { Condition } from '../../lambdas/contracts/alert.ts';
import { priceText } from './price-text.ts';

/** A threshold begins this far from the last close. */
const DISTANCE = 0.05;

/** Alerts for newcomers. A threshold begins near the last close. */
export const PRESETS: readonly { name: string; condition: (last: number) => Condition }[] = [
  {
    name: 'Rises to a price',
    condition: (last) => ({ kind: 'price', direction: 'above', threshold: priceText(last * (1 + DISTANCE)) }),
  },
  {
    name: 'Falls to a price',
    condition: (last) => ({ kind: 'price', direction: 'below', threshold: priceText(last * (1 - DISTANCE)) }),
  },
  {
    name: 'Moves 5 % in a day',
    condition: () => ({ kind: 'change', direction: 'either', percent: 5, base: 'previous' }),
  },
  { name: 'New 52-week high', condition: () => ({ kind: 'range', side: 'high' }) },
  { name: 'New 52-week low', condition: () => ({ kind: 'range', side: 'low' }) },
  { name: 'Three times its volume', condition: () => ({ kind: 'volume', factor: 3 }) },
  {
    name: 'Falls below its 200-session average',
    condition: () => ({ kind: 'average', direction: 'below', fast: 1, slow: 200 }),
  },
  { name: 'RSI of 70', condition: () => ({ kind: 'rsi', direction: 'above', level: 70 }) },
];

export const KIND_NAMES: Record<Condition['kind'], string> = {
  price: 'Price',
  change: 'Move',
  volume: 'Volume',
  range: '52-week high or low',
  average: 'Average',
  rsi: 'RSI (14)',
};

/** A condition of each kind to begin with. @param last the last close */
export function firstCondition(kind: Condition['kind'], last: number): Condition {
  const conditions = PRESETS.map(({ condition }) => condition(last));
  return conditions.find((condition) => condition.kind === kind) ?? firstCondition('price', last);
}
