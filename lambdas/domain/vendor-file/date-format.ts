import type { DeliveryId } from '../../contracts/delivery-id.ts';
import type { DateFormat, Profile } from '../../contracts/profile.ts';
import type { Answer } from '../../contracts/report.ts';
import { BadFile, quote } from './bad-file.ts';
import { cached } from './cached.ts';
import { type DateShape, dayAndMonth, readDate, shapeOf } from './dates.ts';
import { settle } from './settle.ts';

/** Incremental files contain recent dates: an older row has a mistyped year. History files may be older. */
const MAX_YEARS_BACK = 20;

/** The first date (ISO) a row may have. */
export const earliestDate = ({ kind, fileDate }: DeliveryId): string =>
  kind === 'history' ? '1800-01-01' : `${Number(fileDate.slice(0, 4)) - MAX_YEARS_BACK}${fileDate.slice(4)}`;

const ORDERS = ['mm/dd/yyyy', 'dd/mm/yyyy'] as const;
const CERTAIN: Partial<Record<DateShape, DateFormat>> = {
  'year first': 'yyyy-mm-dd',
  compact: 'yyyymmdd',
  named: 'd mon yyyy',
};

/** Where the sample is from, for messages. `isWhole`: it is the whole file. */
type Sampled = { delivery: DeliveryId; column: string; isWhole: boolean };

/**
 * The date format that a sample proves.
 * @throws BadFile with the question that settles it
 */
export function settleDates(texts: readonly string[], profile: Profile, sampled: Sampled): DateFormat {
  if (profile.dateFormat) return profile.dateFormat;
  const given = texts.filter((text) => text !== '');
  const shape = commonShape(given);
  const example = given.find((text) => shapeOf(text) === shape) ?? '';
  if (shape === 'numeric') return settleOrder(given, profile, sampled);
  if (shape === 'epoch' || shape === 'excel' || shape === 'two-digit year') throw refused(shape, example, sampled);
  return CERTAIN[shape] ?? 'yyyy-mm-dd';
}

/** The most frequent form of the texts; `none` only if no text looks like a date. */
export function commonShape(texts: readonly string[]): DateShape {
  return mostFrequent(texts.map(cached(shapeOf)).filter((shape) => shape !== 'none')) ?? 'none';
}

export function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0];
}

/** Day or month first. The file's own date is evidence: a row cannot be of a later day. */
function settleOrder(texts: readonly string[], { timeZone }: Profile, sampled: Sampled): DateFormat {
  const { delivery, column, isWhole } = sampled;
  const earliest = earliestDate(delivery);
  const readingOf = (text: string, order: DateFormat): string | undefined => {
    const reading = readDate(text, order, delivery.fileDate, timeZone);
    const isPossible = 'date' in reading && reading.date >= earliest && reading.date <= delivery.fileDate;
    return isPossible ? reading.date : undefined;
  };
  const byText = new Map<string, (string | undefined)[]>();
  for (const text of texts)
    if (!byText.has(text))
      byText.set(
        text,
        ORDERS.map((order) => readingOf(text, order)),
      );
  const rows = texts.flatMap((text) => {
    const [a, b] = byText.get(text) ?? [];
    return a === b ? [] : [new Set(ORDERS.filter((_, i) => (i === 0 ? a : b) !== undefined))];
  });
  const settled = settle<DateFormat>(rows, ORDERS, new Set(texts).size === 1);
  if (settled) return settled;
  // Days like 05/05, and texts that are no date in either order.
  if (rows.length === 0 && (isWhole || ![...byText.values()].some(([a]) => a !== undefined))) return ORDERS[0];
  const example = texts.find((text) => dayAndMonth(text, true) && dayAndMonth(text, false)) ?? texts[0] ?? '';
  throw new BadFile(
    {
      column,
      expected: 'dates whose order of day and month is certain',
      found: `${visibleText(example)} is ${dayAndMonth(example, true) ?? 'no date'} or ${dayAndMonth(example, false) ?? 'no date'}`,
      advice: 'Write dates like 2020-01-10, or set dateFormat in the profile of the feed.',
    },
    ORDERS.map((dateFormat, i) => orderAnswer(example, dateFormat, i === 0)),
  );
}

const orderAnswer = (example: string, dateFormat: DateFormat, isMonthFirst: boolean): Answer => ({
  answer: `${visibleText(example)} is ${dayAndMonth(example, isMonthFirst) ?? 'no date'}: the ${isMonthFirst ? 'month' : 'day'} comes first`,
  profile: { dateFormat },
});

const visibleText = (text: string): string => quote(text).slice(1, -1);

/** What only a profile may allow. */
function refused(shape: 'epoch' | 'excel' | 'two-digit year', example: string, { delivery, column }: Sampled): BadFile {
  const [what, formats] = ASKED[shape];
  const answers = formats.flatMap((dateFormat): Answer[] => {
    const reading = readDate(example, dateFormat, delivery.fileDate, 'UTC');
    // No answer is offered that the file's own date refutes.
    const isPossible = 'date' in reading && reading.date <= delivery.fileDate && reading.date >= earliestDate(delivery);
    if (!isPossible || (shape === 'epoch' && LIKE_DATE.test(example))) return [];
    return [{ answer: `${visibleText(example)} is ${reading.date} (${dateFormat})`, profile: { dateFormat } }];
  });
  const problem = {
    column,
    expected: 'a date like 2020-01-10',
    found: `${quote(example)}, ${what}`,
    advice: 'If it cannot be written otherwise, set dateFormat in the profile of the feed.',
  };
  return new BadFile(problem, answers);
}

/** Year, month, day, and perhaps a time: no number of seconds. */
const LIKE_DATE = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/;

const ASKED: Record<'epoch' | 'excel' | 'two-digit year', [string, DateFormat[]]> = {
  epoch: ['an epoch time (a number of seconds or milliseconds since 1970)', ['epoch seconds', 'epoch milliseconds']],
  excel: ['an Excel serial number (a count of days)', ['excel serial']],
  'two-digit year': ['a year of two digits', ['mm/dd/yy', 'dd/mm/yy', 'yy/mm/dd', 'd mon yy']],
};
