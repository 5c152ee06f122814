import type { DeliveryId } from '../../contracts/delivery-id.ts';
import type { Problem } from '../../contracts/report.ts';
import { tickerFault } from '../../contracts/ticker.ts';
import { earliestDate } from './date-format.ts';
import type { DateReading } from './dates.ts';
import type { FileFormat } from './file-format.ts';
import type { Line } from './split-lines.ts';

/** What is expected of a date, by fault. */
export function dateRules({ dateFormat }: FileFormat, delivery: DeliveryId): Record<DateFault, string> {
  const range = `from ${earliestDate(delivery)} to the file date ${delivery.fileDate}`;
  const written = dateFormat === 'yyyy-mm-dd' ? 'YYYY-MM-DD' : `written ${dateFormat} as in the rest of the file,`;
  const older = delivery.kind === 'history' ? '' : '; put older closes into a history file';
  return {
    moment:
      'a date without a time of day, since this is a moment, not a trading day (if the time tells the day, set timeZone in the profile of the feed)',
    epoch: `a date ${written} ${range}; this is an epoch time`,
    excel: `a date ${written} ${range}; this is an Excel serial number`,
    'not a date': `a date ${written} ${range}`,
    old: `a date ${written} ${range}${older}`,
    later: `a date ${written} ${range}; the name of a file has the date of its newest row`,
  };
}

type DateFault = Extract<DateReading, { fault: string }>['fault'] | 'old' | 'later';

/** What is expected of a close. */
export const closeRule = (mark: string | undefined): string => {
  const example = mark === ',' ? '101,25' : mark === undefined ? '101' : '101.25';
  const why = mark === undefined ? " (no row of the file's beginning has a decimal mark)" : '';
  return `a positive decimal like ${example}, of at most 18 digits before and after the ${mark === ',' ? 'comma' : 'point'}${why}`;
};

/** Why a line is bad. @param column name, if one field is bad */
export const problem = (line: Line, column: string | undefined, expected: string, found: string): Problem => ({
  line: line.number,
  ...(column !== undefined && { column }),
  expected,
  found,
});

/** A trailer with the date of the file looks like a row. */
const LIKE_TRAILER = /^(?:TRAILER|FOOTER|EOF|(?:GRAND |SUB)?TOTALS?):?$/i;
/** What Excel writes for a formula that failed. */
const EXCEL_ERROR = /^#(?:N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NULL!|NUM!)$/i;

/** The rule that a text in the column of tickers breaks; undefined if it is one. */
export function rowTickerFault(text: string): string | undefined {
  const fault = tickerFault(text);
  if (fault) return fault;
  if (LIKE_TRAILER.test(text)) return 'a ticker; this looks like a trailer';
  return EXCEL_ERROR.test(text) ? 'a ticker; this is an error of Excel' : undefined;
}
