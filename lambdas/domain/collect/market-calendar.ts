import type { CalendarOverrides } from '../../contracts/calendar-overrides.ts';
import { addDays } from '../../contracts/dates.ts';
import { exchangeOf } from '../../contracts/exchange.ts';
import { CALENDARS, dayKind, localTime, sessions } from '../calendar/sessions.ts';

/** Longer than any closure of an exchange. */
const MAX_CLOSED_DAYS = 30;

/** The sessions of tickers, each by the calendar of its exchange. Dates are ISO. */
export type Calendar = {
  /** Sessions of a ticker from a date to another, both included. */
  sessions(ticker: string, from: string, to: string): string[];
  /** The last session of a ticker that has ended. */
  lastSession(ticker: string): string;
  /** True if the session of that date has ended; true for other days in the past. */
  isOver(ticker: string, date: string): boolean;
  /** The date at the exchange of a ticker at an instant (ms since 1970). */
  dateAt(ticker: string, instant: number): string;
  /** The session that is so many sessions before a date. */
  sessionsBefore(ticker: string, date: string, count: number): string;
};

/** @param now ms since 1970 */
export function calendarAt(now: number, overrides?: CalendarOverrides): Calendar {
  const exchange = (ticker: string) => CALENDARS[exchangeOf(ticker)];
  const clocks = new Map<string, ReturnType<typeof localTime>>();
  const nowAt = (timeZone: string) => {
    const local = clocks.get(timeZone) ?? localTime(timeZone, now);
    clocks.set(timeZone, local);
    return local;
  };
  const isOver = (ticker: string, date: string): boolean => {
    const { timeZone, close, earlyClose } = exchange(ticker);
    const local = nowAt(timeZone);
    if (date !== local.date) return date < local.date;
    return local.time >= (dayKind(exchange(ticker), date, overrides) === 'half' ? earlyClose : close);
  };
  /** A run asks for the same range for each of its tickers. */
  const known = new Map<string, string[]>();
  const between = (ticker: string, from: string, to: string): string[] => {
    const key = `${exchangeOf(ticker)} ${from} ${to}`;
    const found = known.get(key) ?? sessions(exchange(ticker), from, to, overrides);
    known.set(key, found);
    return found;
  };
  const today = (ticker: string) => nowAt(exchange(ticker).timeZone).date;
  return {
    sessions: between,
    isOver,
    dateAt: (ticker, instant) => localTime(exchange(ticker).timeZone, instant).date,
    lastSession(ticker) {
      const date = today(ticker);
      const ended = between(ticker, addDays(date, -MAX_CLOSED_DAYS), date).filter((one) => isOver(ticker, one));
      return ended.at(-1) ?? date;
    },
    sessionsBefore(ticker, date, count) {
      const before = between(ticker, addDays(date, -2 * count - MAX_CLOSED_DAYS), addDays(date, -1));
      return before.at(-count) ?? date;
    },
  };
}
