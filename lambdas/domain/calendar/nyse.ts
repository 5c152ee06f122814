import { addDays } from '../../contracts/dates.ts';
import type { Exchange } from './exchange.ts';

/** Days of mourning. Hurricanes and the like before 2015 are left out. */
const CLOSED_ONCE = ['2018-12-05', '2025-01-09'];

/** Juneteenth is a holiday of the exchange since this year. */
const JUNETEENTH_FROM = 2022;

const date = (year: number, month: number, day: number): string =>
  new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);

/** 0 is Sunday. */
const weekday = (iso: string): number => new Date(`${iso}T00:00:00Z`).getUTCDay();
const [SUNDAY, MONDAY, THURSDAY, SATURDAY] = [0, 1, 4, 6];

/** The nth weekday of a month. */
function nth(year: number, month: number, day: number, n: number): string {
  const first = date(year, month, 1);
  return addDays(first, ((day - weekday(first) + 7) % 7) + 7 * (n - 1));
}

/** A holiday on a Saturday is observed on Friday, one on a Sunday on Monday. */
function observed(iso: string): string {
  if (weekday(iso) === SATURDAY) return addDays(iso, -1);
  return weekday(iso) === SUNDAY ? addDays(iso, 1) : iso;
}

/** Easter Sunday of the Gregorian calendar, by the method of Meeus, Jones and Butcher. */
function easter(year: number): string {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return date(year, month, ((h + l - 7 * m + 114) % 31) + 1);
}

function holidays(year: number): ReadonlySet<string> {
  const newYear = date(year, 1, 1);
  const lastMonday = (month: number) => {
    const fifth = nth(year, month, MONDAY, 5);
    return fifth.startsWith(date(year, month, 1).slice(0, 7)) ? fifth : addDays(fifth, -7);
  };
  return new Set([
    // The last day of the old year is traded.
    ...(weekday(newYear) === SATURDAY ? [] : [observed(newYear)]),
    nth(year, 1, MONDAY, 3),
    nth(year, 2, MONDAY, 3),
    addDays(easter(year), -2),
    lastMonday(5),
    ...(year >= JUNETEENTH_FROM ? [observed(date(year, 6, 19))] : []),
    observed(date(year, 7, 4)),
    nth(year, 9, MONDAY, 1),
    nth(year, 11, THURSDAY, 4),
    observed(date(year, 12, 25)),
    ...CLOSED_ONCE.filter((iso) => iso.startsWith(`${year}-`)),
  ]);
}

/** The day after Thanksgiving, and the eves of Independence Day and Christmas from Monday to Thursday. */
function halfDays(year: number): ReadonlySet<string> {
  const eves = [date(year, 7, 3), date(year, 12, 24)];
  return new Set([
    addDays(nth(year, 11, THURSDAY, 4), 1),
    ...eves.filter((iso) => weekday(iso) >= MONDAY && weekday(iso) <= THURSDAY),
  ]);
}

/** The New York Stock Exchange. */
export const NYSE: Exchange = {
  id: 'NYSE',
  timeZone: 'America/New_York',
  open: '09:30',
  close: '16:00',
  earlyClose: '13:00',
  preOpen: '04:00',
  postClose: '20:00',
  earlyPostClose: '17:00',
  years: { first: 2015, last: 2027 },
  holidays,
  halfDays,
};
