import { exchangeOf } from '../../contracts/exchange.ts';
import { CALENDARS, sessions } from './sessions.ts';

/**
 * The days (ISO) of a time axis, side by side: the sessions of the ticker's exchange, and every other date that has an observation. A
 * session without an observation keeps its place, so that a gap is visible.
 * @param dates of the observations, in order
 */
export function axisDays(ticker: string, dates: readonly string[]): string[] {
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [...new Set([...sessions(CALENDARS[exchangeOf(ticker)], first, last), ...dates])].sort();
}
