import type { ExchangeId } from '../../contracts/exchange.ts';

/** What kind of day a date is. A half day closes early. */
export type DayKind = 'regular' | 'half' | 'holiday' | 'weekend';

/** Times of day are local (HH:MM). */
export type Exchange = {
  id: ExchangeId;
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
