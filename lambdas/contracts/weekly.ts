import * as z from 'zod';
import { addDays, dayNumber, longDate, shortDate } from './dates.ts';
import { type Refreshed, refreshed } from './refreshed.ts';
import { type RevisionKey, revisionKey } from './revision.ts';

/** The week of a weekly digest: it ends on a Saturday (ISO date). */
export type Week = NonNullable<Refreshed['weekly']>;

/** 1 January 1970 was a Thursday. */
const weekday = (date: string): number => (((dayNumber(date) + 4) % 7) + 7) % 7;

/** The ISO week of a date: `2020-W02`. It belongs to the year of its Thursday. */
export function isoWeek(date: string): string {
  const thursday = addDays(date, 4 - (weekday(date) || 7));
  const year = thursday.slice(0, 4);
  const week = Math.floor((dayNumber(thursday) - dayNumber(`${year}-01-01`)) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** The last week that has ended, at an instant (ms since 1970). */
export function lastWeek(instant: number): Week {
  // The schedule rings on Saturday at 08:00 in New York; until then the week before is the last one.
  const date = new Date(instant - RINGS_AFTER_MS).toISOString().slice(0, 10);
  const saturday = addDays(date, -((weekday(date) + 1) % 7));
  return { week: isoWeek(saturday), saturday };
}

/** Saturday 08:00 in New York is 12:00 or 13:00 UTC. */
const RINGS_AFTER_MS = 12 * 3_600_000;

/** Key under which a weekly digest orders what it displays, beside the keys of revisions. The same for every try. */
export const weekKey = ({ week, saturday }: Week): RevisionKey =>
  revisionKey({ delivery: 'weekly', revision: week, knownAt: knownAtOf(saturday) });

const knownAtOf = (saturday: string): string => `${saturday}T12:00:00.000Z`;

/** `week of 6 to 10 Jan 2020` */
export function weekText(saturday: string): string {
  const [monday, friday] = [addDays(saturday, -5), addDays(saturday, -1)];
  const from = monday.slice(0, 7) === friday.slice(0, 7) ? String(Number(monday.slice(8))) : shortDate(monday);
  return `week of ${from} to ${longDate(friday)}`;
}

/** "Send the weekly digests": the message of the schedule. A repeated one sends nothing. */
const scheduled = z
  .object({ weekly: z.iso.datetime({ offset: true }), resendRefused: refreshed.shape.resendRefused })
  .transform(
    ({ weekly, resendRefused }): Refreshed => ({
      ...weeklyMessage(lastWeek(Date.parse(weekly))),
      ...(resendRefused && { resendRefused }),
    }),
  );

/** The message about one week. */
const weeklyMessage = (week: Week): Refreshed => ({
  delivery: 'weekly',
  revision: week.week,
  knownAt: knownAtOf(week.saturday),
  changes: 'none',
  weekly: week,
  hop: 0,
});

/** A message of fan-out: of ingest, of the schedule, or of fan-out itself. */
export const fanOutMessage = z.union([refreshed, scheduled]);

/** The week of the key of a ledger record. */
export function weekOf(week: string): Week {
  const [year = '', number = ''] = week.split('-W');
  // 4 January is always in the first week.
  const fourth = `${year}-01-04`;
  const monday = addDays(fourth, 1 - (weekday(fourth) || 7) + (Number(number) - 1) * 7);
  return { week, saturday: addDays(monday, 5) };
}
