/**
 * True if an event matches an EventBridge pattern. Supports exact values, prefix, suffix (both also with equals-ignore-case),
 * anything-but and exists.
 * @throws Error for other operators, so that no rule silently never matches
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    const values = Array.isArray(event) ? event : [event];
    return pattern.some((condition) => values.some((value) => meets(condition, value)));
  }
  if (typeof pattern !== 'object' || pattern === null) {
    throw new Error(`Expected an event pattern's object or list, found ${JSON.stringify(pattern)}.`);
  }
  return Object.entries(pattern).every(([key, inner]) =>
    matchesPattern(inner, typeof event === 'object' && event !== null ? Reflect.get(event, key) : undefined),
  );
}

function meets(condition: unknown, value: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return condition === value;
  const [[operator, argument] = []] = Object.entries(condition);
  switch (operator) {
    case 'exists':
      return (value !== undefined) === argument;
    case 'anything-but':
      return value !== undefined && !(Array.isArray(argument) ? argument : [argument]).some((one) => meets(one, value));
    case 'prefix':
      return compareText(argument, value, (text, part) => text.startsWith(part));
    case 'suffix':
      return compareText(argument, value, (text, part) => text.endsWith(part));
    default:
      throw new Error(`The local event bus does not support "${operator}"; add it to local/engine/event-pattern.ts.`);
  }
}

function compareText(argument: unknown, value: unknown, holds: (text: string, part: string) => boolean): boolean {
  if (typeof value !== 'string') return false;
  if (Array.isArray(argument)) return argument.some((one) => compareText(one, value, holds));
  if (typeof argument === 'string') return holds(value, argument);
  const part = argument && typeof argument === 'object' ? Reflect.get(argument, 'equals-ignore-case') : undefined;
  if (typeof part !== 'string')
    throw new Error(
      `The local event bus does not support ${JSON.stringify(argument)}; add it to local/engine/event-pattern.ts.`,
    );
  return holds(value.toLowerCase(), part.toLowerCase());
}
