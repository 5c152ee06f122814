import { isRealDate } from '../../contracts/delivery-id.ts';
import type { DateFormat } from '../../contracts/profile.ts';

/** What a text in a date column is. `date`: ISO. `fault`: why it is none, for a message. */
export type DateReading = { date: string } | { fault: DateFault };
type DateFault = 'moment' | 'epoch' | 'excel' | 'not a date';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAMES = [
  'january february march april may june july august september october november december'.split(' '),
  ['sept', ...MONTHS],
].flat();
const MAX_CHARS = 64;

/** A time of day behind a date, with an offset or none. */
const TIME =
  /^(.*?\d)(?:T|\s+)(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*(AM|PM)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
const MIDNIGHT = /^0?0:00(?::00(?:[.,]0+)?)?$/;
const MIDNIGHT_AM = /^12:00(?::00)?$/;

const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/;
const COMPACT = /^(\d{4})(\d\d)(\d\d)$/;
const NUMERIC = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)$/;
const SHORT_YEAR_FIRST = /^(\d{2})([-/.])(\d{1,2})\2(\d\d)$/;
const DAY_NAME = /^(\d{1,2})[-\s./]?([A-Za-z]{3,9})\.?[-\s./,]{0,2}(\d{4}|\d\d)$/;
const NAME_DAY = /^([A-Za-z]{3,9})\.?[-\s]?(\d{1,2})(?:,|-|\s|, )\s?(\d{4}|\d\d)$/;
const EPOCH = { seconds: /^\d{9,10}(?:\.\d+)?$/, milliseconds: /^\d{12,13}(?:\.\d+)?$/ };
const EXCEL = /^([2-6]\d{4})(?:\.(\d+))?$/;
/** Day 0 of Excel's calendar, in days before 1970-01-01. */
const EXCEL_EPOCH_DAYS = 25_569;
const DAY_MS = 86_400_000;

/** `/`, `-` or `.` of a date like 10/01/2020; undefined for other texts. */
export const separatorIn = (text: string): string | undefined =>
  text.length > MAX_CHARS ? undefined : NUMERIC.exec(splitTime(text).day)?.[2];

/** The form of a text in a date column, whatever its order of day and month. */
export type DateShape = 'year first' | 'compact' | 'named' | 'numeric' | 'two-digit year' | 'epoch' | 'excel' | 'none';

export function shapeOf(text: string): DateShape {
  if (text.length > MAX_CHARS) return 'none';
  const { day } = splitTime(text);
  if (YEAR_FIRST.test(day)) return 'year first';
  if (COMPACT.test(day)) return 'compact';
  const short = NUMERIC.exec(day) ?? DAY_NAME.exec(day) ?? NAME_DAY.exec(day);
  if (short) return (short.at(-1)?.length ?? 0) === 2 ? 'two-digit year' : NUMERIC.test(day) ? 'numeric' : 'named';
  if (EPOCH.seconds.test(day) || EPOCH.milliseconds.test(day)) return 'epoch';
  return EXCEL.test(day) ? 'excel' : 'none';
}

/**
 * Reads one text in a format.
 * @param fileDate ISO: a two-digit year is the last one that is not after it
 * @param zone IANA zone in which moments are trading days; undefined accepts only midnight of the row's own offset
 */
export function readDate(text: string, format: DateFormat, fileDate: string, zone: string | undefined): DateReading {
  if (isRealDate(text) && format === 'yyyy-mm-dd') return { date: text };
  if (text.length > MAX_CHARS) return { fault: 'not a date' };
  const { day, time, half, offset } = splitTime(text);
  const number = numberDate(day, format, zone);
  if (number) return number;
  const date = format === 'yy/mm/dd' ? yearFirst(day, fileDate) : dayIn(day, format, fileDate);
  if (!date) return { fault: faultOf(text) };
  if (time === undefined || isMidnight(time, half)) {
    if (!zone || !offset) return { date };
  } else if (!zone) return { fault: 'moment' };
  if (!offset) return { date };
  const at = Date.parse(`${date}T${clock(time ?? '00:00', half)}${zoneOffset(offset)}`);
  return Number.isNaN(at) ? { fault: 'not a date' } : { date: dateIn(at, zone) };
}

type Split = { day: string; time?: string | undefined; half?: string | undefined; offset?: string | undefined };

function splitTime(text: string): Split {
  const [, day, time, half, offset] = TIME.exec(text) ?? [];
  return day === undefined ? { day: text } : { day: day.trim(), time, half, offset };
}

const isMidnight = (time: string, half: string | undefined): boolean =>
  half ? half.toUpperCase() === 'AM' && MIDNIGHT_AM.test(time) : MIDNIGHT.test(time);

/** A date that is a plain number: a moment since 1970, or Excel's count of days. */
function numberDate(text: string, format: DateFormat, zone: string | undefined): DateReading | undefined {
  if (format === 'epoch seconds') return epochDate(text, EPOCH.seconds, 1000, zone);
  if (format === 'epoch milliseconds') return epochDate(text, EPOCH.milliseconds, 1, zone);
  if (format !== 'excel serial') return undefined;
  const [, days, fraction] = EXCEL.exec(text) ?? [];
  if (!days) return { fault: 'not a date' };
  if (Number(fraction ?? 0) !== 0 && !zone) return { fault: 'moment' };
  return { date: isoDate((Number(days) - EXCEL_EPOCH_DAYS) * DAY_MS) };
}

/** @param ms milliseconds of one unit */
function epochDate(text: string, pattern: RegExp, ms: number, zone: string | undefined): DateReading {
  if (!pattern.test(text)) return { fault: 'not a date' };
  const at = Number(text) * ms;
  if (zone) return { date: dateIn(at, zone) };
  return at % DAY_MS === 0 ? { date: isoDate(at) } : { fault: 'moment' };
}

/** A date like 20-01-10, for `yy/mm/dd`. */
function yearFirst(text: string, fileDate: string): string | undefined {
  const [, year, , month, day] = SHORT_YEAR_FIRST.exec(text) ?? [];
  return year && real(fullYear(year, fileDate), month, day);
}

/** The ISO date of the part before the time; undefined if it is none in this format. */
function dayIn(text: string, format: DateFormat, fileDate: string): string | undefined {
  if (format === 'yyyy-mm-dd' || format === 'yyyymmdd') {
    const parts = format === 'yyyymmdd' ? COMPACT.exec(text) : YEAR_FIRST.exec(text);
    if (!parts) return undefined;
    const [year = '', month = '', day = ''] = format === 'yyyymmdd' ? parts.slice(1) : [parts[1], parts[3], parts[4]];
    return real(year, month, day);
  }
  const hasShortYear = format.endsWith(' yy') || format.endsWith('/yy');
  const [year, month, day] = format.startsWith('d mon') ? named(text) : numeric(text, format.startsWith('mm'));
  if (!year || (year.length === 2) !== hasShortYear) return undefined;
  return real(hasShortYear ? fullYear(year, fileDate) : year, month, day);
}

type Parts = [year: string, month: string, day: string] | [];

function numeric(text: string, isMonthFirst: boolean): Parts {
  const [, a = '', , b = '', year = ''] = NUMERIC.exec(text) ?? [];
  return isMonthFirst ? [year, a, b] : [year, b, a];
}

function named(text: string): Parts {
  const dayFirst = DAY_NAME.exec(text);
  const [, first = '', second = '', year = ''] = dayFirst ?? NAME_DAY.exec(text) ?? [];
  const [day, name] = dayFirst ? [first, second] : [second, first];
  const isMonth = MONTH_NAMES.includes(name.toLowerCase());
  return isMonth ? [year, String(MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1), day] : [];
}

function fullYear(year: string, fileDate: string): string {
  const century = Number(fileDate.slice(0, 2));
  return `${Number(year) <= Number(fileDate.slice(2, 4)) ? century : century - 1}${year}`;
}

function real(year: string, month = '', day = ''): string | undefined {
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isRealDate(date) ? date : undefined;
}

function faultOf(text: string): DateFault {
  const shape = shapeOf(text);
  return shape === 'epoch' || shape === 'excel' ? shape : 'not a date';
}

/** A time of day on the 24-hour clock. */
function clock(time: string, half: string | undefined): string {
  const [hour = '', ...rest] = time.replace(',', '.').split(':');
  const hours = half ? (Number(hour) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0) : Number(hour);
  return [String(hours).padStart(2, '0'), ...rest].join(':');
}

function zoneOffset(offset: string): string {
  if (/^[A-Z]/i.test(offset)) return 'Z';
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  return `${offset[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

const isoDate = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The date (ISO) of an instant (ms since 1970) in a zone. */
const dateIn = (at: number, zone: string | undefined): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone ?? 'UTC' }).format(at);

/** `10 January`, for questions; undefined if the text is no such date. */
export function dayAndMonth(text: string, isMonthFirst: boolean): string | undefined {
  const [year = '', month = '', day = ''] = numeric(splitTime(text).day, isMonthFirst);
  const date = real(year, month, day);
  const name = date && MONTH_NAMES[Number(month) - 1];
  return name && `${Number(day)} ${name[0]?.toUpperCase()}${name.slice(1)}`;
}
