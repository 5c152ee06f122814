/** What kind of day a date is. A half day closes early. */
export type DayKind = 'regular' | 'half' | 'holiday' | 'weekend';

/** Times of day are local (HH:MM). */
export type Exchange = {
  id: 'NYSE' | 'NSE';
  /** ISO 4217 */
  currency: 'USD' | 'INR';
  /** IANA zone */
  timeZone: string;
  open: string;
  close: string;
  /** Close of a half day. */
  earlyClose: string;
  /** Trading before the open begins, and trading after the close ends; on half days earlier. Equal to open and close if there is none. */
  preOpen: string;
  postClose: string;
  earlyPostClose: string;
  /** First and last year whose holidays are known. */
  years: { first: number; last: number };
  /** Holidays that fall on a weekday, and half days, of a year: ISO dates. */
  holidays: (year: number) => ReadonlySet<string>;
  halfDays: (year: number) => ReadonlySet<string>;
};

/** Suffixes of tickers, as Yahoo writes them. */
const SUFFIXES: Record<string, Exchange['id']> = { NS: 'NSE' };

/** The exchange of a ticker, by its suffix: `TCS.NS` is traded at NSE. */
export const exchangeIdOf = (ticker: string): Exchange['id'] =>
  SUFFIXES[/\.([A-Z]+)$/.exec(ticker)?.[1] ?? ''] ?? 'NYSE';
