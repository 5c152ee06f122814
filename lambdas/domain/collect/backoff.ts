const BASE_MS = 1_000;
const MAX_MS = 30_000;

/**
 * How long to wait before the next try: full jitter, exponential; at least what the provider asks for.
 * @param tries made so far, from 1
 * @param random from 0 to 1
 */
export function backoff(tries: number, retryAfterMs: number | undefined, random: number): number {
  const jitter = Math.round(random * Math.min(MAX_MS, BASE_MS * 2 ** (tries - 1)));
  return retryAfterMs === undefined ? jitter : retryAfterMs + Math.min(jitter, BASE_MS);
}
