import type { Limit, LimitsTable } from '../../adapters/limits-table.ts';
import { Problem } from './problem.ts';

/** Takes one use of a rate limit. @throws Problem if the limit is reached */
export async function takeOne(limits: Pick<LimitsTable, 'take'>, limit: Limit, now: number): Promise<void> {
  const retryAfter = await limits.take(limit, now);
  if (retryAfter > 0) throw new Problem(429, 'Too often', `Try again in ${inWords(retryAfter)}.`, { retryAfter });
}

const inWords = (seconds: number): string =>
  seconds < 120
    ? `${seconds} seconds`
    : seconds < 7200
      ? `${Math.ceil(seconds / 60)} minutes`
      : `${Math.ceil(seconds / 3600)} hours`;
