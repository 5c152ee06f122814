import type { CalendarOverrides } from '../../contracts/calendar-overrides.ts';
import { addDays } from '../../contracts/dates.ts';
import type { ExchangeId } from '../../contracts/exchange.ts';
import type { DayKind, Exchange } from './exchange.ts';
import { NSE } from './nse.ts';
import { NYSE } from './nyse.ts';

/** The calendar of each exchange. */
export const CALENDARS: Record<ExchangeId, Exchange> = { NYSE, NSE };

/** `pre` and `post`: trading before the open and after the close. */
export type Phase = 'pre' | 'regular' | 'post' | 'closed';

type Closures = { holidays: ReadonlySet<string>; halfDays: ReadonlySet<string> };
const closures = new Map<string, Closures>();

/** Computed once for each exchange and year: a range of five years asks 1,800 times. */
function closuresOf({ id, holidays, halfDays }: Exchange, year: number): Closures {
  const key = `${id} ${year}`;
  const known = closures.get(key) ?? { holidays: holidays(year), halfDays: halfDays(year) };
  closures.set(key, known);
  return known;
}

/** The kind of a date (ISO) at an exchange. @param overrides see CalendarOverrides */
export function dayKind(exchange: Exchange, date: string, overrides: CalendarOverrides = {}): DayKind {
  const known = overrides[exchange.id]?.[date];
  if (known) return known;
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  if (weekday === 0 || weekday === 6) return 'weekend';
  const { holidays, halfDays } = closuresOf(exchange, Number(date.slice(0, 4)));
  if (holidays.has(date)) return 'holiday';
  return halfDays.has(date) ? 'half' : 'regular';
}

const isSession = (exchange: Exchange, date: string, overrides?: CalendarOverrides): boolean =>
  ['regular', 'half'].includes(dayKind(exchange, date, overrides));

/** The sessions from a date to another, both included. */
export function sessions(exchange: Exchange, from: string, to: string, overrides?: CalendarOverrides): string[] {
  const found: string[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) if (isSession(exchange, date, overrides)) found.push(date);
  return found;
}

/** True if the holidays of all years of a range are known: without them, every weekday counts as a session. */
export const isCovered = ({ years }: Exchange, from: string, to: string): boolean =>
  Number(from.slice(0, 4)) >= years.first && Number(to.slice(0, 4)) <= years.last;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Date (ISO) and time of day (HH:MM) in a zone. @param instant ms since 1970 */
export function localTime(timeZone: string, instant: number): { date: string; time: string } {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' });
  clocks.set(timeZone, clock);
  const [date = '', time = ''] = clock.format(instant).split(' ');
  return { date, time };
}

/** The phase of an exchange at an instant (ms since 1970). Each begins at its time, and ends before that of the next. */
export function phaseOf(exchange: Exchange, instant: number, overrides?: CalendarOverrides): Phase {
  const { date, time } = localTime(exchange.timeZone, instant);
  const kind = dayKind(exchange, date, overrides);
  if (kind === 'holiday' || kind === 'weekend') return 'closed';
  const isHalf = kind === 'half';
  if (time < exchange.preOpen) return 'closed';
  if (time < exchange.open) return 'pre';
  if (time < (isHalf ? exchange.earlyClose : exchange.close)) return 'regular';
  return time < (isHalf ? exchange.earlyPostClose : exchange.postClose) ? 'post' : 'closed';
}

/** The instant (ms since 1970) at which an exchange opens on a date (ISO). */
export const openAt = ({ timeZone, open }: Exchange, date: string): number => instantOf(timeZone, date, open);

/** The instant (ms since 1970) of a local date (ISO) and time of day (HH:MM). No exchange changes its clocks while it is awake. */
export function instantOf(timeZone: string, date: string, time: string): number {
  const guess = Date.parse(`${date}T${time}:00Z`);
  const shown = localTime(timeZone, guess);
  return guess - (Date.parse(`${shown.date}T${shown.time}:00Z`) - guess);
}
