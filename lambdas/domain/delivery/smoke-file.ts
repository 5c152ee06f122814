import { SMOKE_FEED, SMOKE_TICKER } from '../../contracts/smoke-test.ts';
import { newYorkDate } from '../calendar/new-york.ts';

const DAY_MS = 86_400_000;

/**
 * The file of a smoke test: one close, which the time of day decides, so that every test changes it.
 * @param at ms since 1970
 */
export function smokeFile(at: number): { key: string; content: string } {
  const date = newYorkDate(at);
  const close = 100 + (at % DAY_MS) / DAY_MS;
  return {
    key: `${SMOKE_FEED}/${date}_incremental.csv`,
    content: `ticker,close,date,action\n${SMOKE_TICKER},${close.toFixed(6)},${date},I\n`,
  };
}
