import type { Condition, ConditionOf } from '../../contracts/alert.ts';
import { formatPrice } from '../../contracts/format.ts';

/** A condition in words, for lists: `closes at 310.00 or above`. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'price':
      return `closes at ${formatPrice(condition.threshold)} or ${condition.direction}`;
    case 'change':
      return `moves ${condition.percent} % ${condition.direction === 'either' ? 'up or down' : condition.direction} ${since(condition.base)}`;
    case 'volume':
      return `trades ${times(condition.factor)} times its mean volume`;
    case 'range':
      return `closes at a new 52-week ${condition.side}`;
    case 'average':
      return condition.fast === 1
        ? `closes ${condition.direction} its ${condition.slow}-session average`
        : `has its ${condition.fast}-session average cross ${condition.direction} the ${condition.slow}-session one`;
    case 'rsi':
      return `has an RSI (14) of ${condition.level} or ${condition.direction}`;
  }
}

/** What a move is measured from. */
export const since = (base: ConditionOf<'change'>['base']): string =>
  base === 'previous'
    ? 'in a day'
    : base === 'start'
      ? 'since the alert started'
      : base === 'last-fire'
        ? 'since it last fired'
        : `in ${base.sessionsAgo} sessions`;

export const times = (factor: number): string => String(Number(factor.toFixed(2)));
