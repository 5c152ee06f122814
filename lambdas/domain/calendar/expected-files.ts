import type { CalendarOverrides } from '../../contracts/calendar-overrides.ts';
import { addDays } from '../../contracts/dates.ts';
import type { FeedSchedule } from '../../contracts/feed-schedules.ts';
import { CALENDARS, instantOf, localTime, sessions } from './sessions.ts';

/** Longer than any closure of an exchange. */
const MAX_CLOSED_DAYS = 30;

/** A file that a feed owes. `dueAt`: ms since 1970. */
export type ExpectedFile = { fileDate: string; dueAt: number };

/** The last sessions before a date (ISO), the latest first. */
export const lastSessions = (
  { exchange }: FeedSchedule,
  date: string,
  count: number,
  overrides?: CalendarOverrides,
): string[] =>
  sessions(CALENDARS[exchange], addDays(date, -MAX_CLOSED_DAYS), addDays(date, -1), overrides).slice(-count).reverse();

/**
 * The file that was due last, and the one that is due next.
 * @param now ms since 1970
 */
export function expectedFiles(
  { exchange, due, nextDay }: FeedSchedule,
  now: number,
  overrides?: CalendarOverrides,
): { last: ExpectedFile | undefined; next: ExpectedFile | undefined } {
  const calendar = CALENDARS[exchange];
  const { date: today } = localTime(calendar.timeZone, now);
  const files = sessions(calendar, addDays(today, -MAX_CLOSED_DAYS), addDays(today, MAX_CLOSED_DAYS), overrides).map(
    (fileDate) => ({
      fileDate,
      dueAt: instantOf(calendar.timeZone, nextDay ? addDays(fileDate, 1) : fileDate, due),
    }),
  );
  return { last: files.findLast(({ dueAt }) => dueAt <= now), next: files.find(({ dueAt }) => dueAt > now) };
}
