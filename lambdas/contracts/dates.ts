const DAY_MS = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Days since 1970-01-01 of an ISO date. */
export const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

/** The ISO date `days` after `date`; a negative number goes back. */
export const addDays = (date: string, days: number): string =>
  new Date((dayNumber(date) + days) * DAY_MS).toISOString().slice(0, 10);

/** First date (ISO) of the window of `days` calendar days that ends with `last`. */
export const windowStart = (last: string, days: number): string => addDays(last, -days);

/** `Jan` */
export const monthName = (date: string): string => MONTHS[Number(date.slice(5, 7)) - 1] ?? '';

const dayOfMonth = (date: string): string => String(Number(date.slice(8, 10)));

/** `10 Jan` */
export const shortDate = (date: string): string => `${dayOfMonth(date)} ${monthName(date)}`;

/** `10 Jan 2020` */
export const longDate = (date: string): string => `${shortDate(date)} ${date.slice(0, 4)}`;
