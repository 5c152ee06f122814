import { detached } from './detached.ts';

/** Longer texts are neither tickers nor dates. Caching them would fill the memory. */
const MAX_CACHED_CHARS = 64;
/** A file with a million different bad values must not fill the memory. */
const MAX_CACHED = 100_000;

/** Memoizes a function for texts of at most 64 characters. */
export function cached<T>(check: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  // Sorted files repeat a ticker or a date in each row. Comparing is faster than hashing.
  let lastText: string | undefined;
  let lastResult: T | undefined;
  return (text) => {
    if (text === lastText && lastResult !== undefined) return lastResult;
    if (text.length > MAX_CACHED_CHARS) return check(text);
    const result = known.get(text);
    if (result !== undefined) {
      lastText = text;
      lastResult = result;
      return result;
    }
    const fresh = check(text);
    if (known.size < MAX_CACHED) known.set(detached(text), fresh);
    return fresh;
  };
}
