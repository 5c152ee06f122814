import * as z from 'zod';

const isoDate = z.iso.date();

/**
 * What operators know better than the rules: days of mourning, storms, the holidays of later years, and sessions on a weekend. One JSON
 * file: `{"NSE": {"2027-01-26": "holiday", "2027-02-06": "regular"}}`.
 */
export const calendarOverrides = z.partialRecord(
  z.enum(['NYSE', 'NSE']),
  z.record(isoDate, z.enum(['regular', 'half', 'holiday'])),
);
export type CalendarOverrides = z.infer<typeof calendarOverrides>;
