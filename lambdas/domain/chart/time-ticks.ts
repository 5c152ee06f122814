import { addDays, dayNumber, longDate, monthName, shortDate } from '../../contracts/dates.ts';

/** A label of the time axis. x: index of a day of the axis. */
export type TimeTick = { x: number; label: string };

/** More labels would touch each other on a phone. */
const MAX_TICKS = 5;
/** So many days of the axis at its start and end have no label: it would leave the chart. */
const EDGE_SHARE = 0.05;

/**
 * Labels of days, weeks, months or years, at most five. A short axis has its first and last date.
 * @param days of the axis (ISO), in order; see axisDays
 */
export function timeTicks(days: readonly string[]): TimeTick[] {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (days.length < MAX_TICKS) return firstAndLast(days);
  const span = dayNumber(last) - dayNumber(first);
  const months = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((m) => span / (m * 30.44) < MAX_TICKS) ?? 600;
  const starts =
    span < 100 ? mondays(first, last, Math.ceil(span / 7 / MAX_TICKS) * 7) : monthStarts(first, last, months);
  const edge = (days.length - 1) * EDGE_SHARE;
  const ticks = starts
    // The first trading day of the week or month.
    .map(({ date, label }) => ({ x: days.findIndex((day) => day >= date), label }))
    .filter(({ x }) => x >= edge && x <= days.length - 1 - edge)
    .slice(0, MAX_TICKS);
  return ticks.length > 1 ? ticks : firstAndLast(days);
}

function firstAndLast(days: readonly string[]): TimeTick[] {
  const last = days.length - 1;
  return [...new Set([0, last])].map((x) => ({ x, label: longDate(days[x] ?? '') }));
}

type Start = { date: string; label: string };

function mondays(first: string, last: string, step: number): Start[] {
  const starts: Start[] = [];
  // Day 4 of the epoch, 5 January 1970, was a Monday.
  const toMonday = (((4 - dayNumber(first)) % 7) + 7) % 7;
  for (let date = addDays(first, toMonday); date <= last; date = addDays(date, step))
    starts.push({ date, label: shortDate(date) });
  return starts;
}

function monthStarts(first: string, last: string, months: number): Start[] {
  const starts: Start[] = [];
  const from = Math.ceil((Number(first.slice(0, 4)) * 12 + Number(first.slice(5, 7)) - 1) / months) * months;
  for (let month = from; ; month += months) {
    const [year, index] = [Math.floor(month / 12), month % 12];
    const date = `${String(year).padStart(4, '0')}-${String(index + 1).padStart(2, '0')}-01`;
    if (date > last) return starts;
    if (date >= first) starts.push({ date, label: index === 0 ? String(year) : monthName(date) });
  }
}
