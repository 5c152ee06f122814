import type { ChartWindow, MailTheme } from '../../contracts/chart-options.ts';
import { addDays, dayNumber } from '../../contracts/dates.ts';
import type { Subscriber } from '../../contracts/subscriber.ts';
import { type Week, weekText } from '../../contracts/weekly.ts';
import { type AlertLines, NO_ALERTS } from '../alerts/alert-lines.ts';
import { changeOver, dayChange, type Series } from '../prices/series.ts';
import type { Correction } from './corrections.ts';
import { movement, rowOf } from './digest-rows.ts';
import { alertNews, correctionNews, headline, occasionOf, preheaderOf, summaryOf } from './digest-words.ts';

/** Limits the size of a mail. Further tickers are only in the table. */
export const MAX_CHARTS = 12;

/** Corrections that a mail lists; a replaced history can correct thousands. */
export const MAX_CORRECTIONS = 40;

/** One ticker that a subscriber follows. */
export type FollowedTicker = {
  ticker: string;
  window: ChartWindow;
  /** The name it has now: another one than `ticker`, as it is followed, after a rename. */
  name: string;
  /** Name of the company; empty if the vendor sends none. */
  company: string;
  /** Undefined if there is no current observation. */
  series: Series | undefined;
  /** True if there is no current observation because the vendor retired the ticker. */
  isRetired: boolean;
  /** True if a delivery ever contained it. */
  wasReported: boolean;
  /** True if the delivery changed a close inside the window. */
  hasChanged: boolean;
  /** Closes inside the window that the delivery added before one that was known already. */
  late: readonly LateClose[];
  /** True if the delivery changed nothing but these. */
  isOnlyLate: boolean;
};

/** A close that came after the close of a later date. */
export type LateClose = { date: string; close: string };

export type Movement = { text: string; direction: 'up' | 'down' | 'flat' };

/** One row of the table. */
export type DigestRow = {
  ticker: string;
  company: string;
  /** True if the subscriber has an alert on it. */
  hasAlert: boolean;
  /** Trend of the last 30 days: ↗, ↘ or →. */
  trend: string;
  closeText: string;
  day: Movement;
  week: Movement;
  month: Movement;
  /** Explains the numbers: suspect, retired, an older close. */
  note: string;
  isSuspect: boolean;
};

type DigestChart = { ticker: string; company: string; window: ChartWindow; series: Series };

/** Content of the mail that a subscriber gets for one delivery revision, without markup. */
export type Digest = {
  /** True if the purpose of the mail is to correct an earlier one. */
  isCorrection: boolean;
  subject: string;
  preheader: string;
  /** The news in a few words: `AAPL +1.2 %, KO −0.3 %`. */
  headline: string;
  /** `5 up, 2 down`; empty if there is no change to count. */
  summary: string;
  /** The change that the headline tells of. */
  news: 'day' | 'week';
  /** `close of 10 Jan 2020` */
  occasion: string;
  theme: MailTheme;
  rows: DigestRow[];
  /** The biggest movers first. */
  charts: DigestChart[];
  corrections: Correction[];
  alerts: AlertLines;
};

/**
 * Composes a digest.
 * @param followed every ticker of the subscriber, also those the delivery did not change
 */
export function composeDigest(
  { preferences: { theme } }: Pick<Subscriber, 'preferences'>,
  followed: readonly FollowedTicker[],
  unsorted: readonly Correction[],
  /**
   * `isCorrecting`: the revision replaced an earlier applied one. `alerted`: names of tickers with an alert of the subscriber. `week`:
   * of a weekly digest, whose news are the moves of the week.
   */
  {
    isCorrecting = false,
    alerts = NO_ALERTS,
    alerted = new Set(),
    week,
  }: { isCorrecting?: boolean; alerts?: AlertLines; alerted?: ReadonlySet<string>; week?: Week } = {},
): Digest {
  // Suspect corrections last: they may be mistakes of the vendor.
  const corrections = [...unsorted.filter((one) => !one.isSuspect), ...unsorted.filter((one) => one.isSuspect)];
  const date = lastDate(followed.filter(({ hasChanged }) => hasChanged)) ?? lastDate(followed) ?? '';
  // What fired is why there is a mail.
  const fired = new Set(alerts.fires.map(({ ticker }) => ticker));
  const order = (one: FollowedTicker) => (fired.has(one.name) ? Number.POSITIVE_INFINITY : rank(one, date, week));
  const ranked = followed.toSorted((a, b) => compare(order(b), order(a)) || (a.name < b.name ? -1 : 1));
  // A mail of late closes only has no day in its heading.
  const changedTickers = followed.filter(({ hasChanged }) => hasChanged);
  const isLate = changedTickers.length > 0 && changedTickers.every(({ isOnlyLate }) => isOnlyLate);
  const rows = ranked
    .map((one) => rowOf(one, isLate ? '' : date, alerted))
    .map((row, i) => (week ? { ...row, week: movement(newsMove(ranked[i]?.series, week)) } : row));
  // The move that the headline and the summary tell of.
  const told = week ? rows.map((row) => ({ ...row, day: row.week })) : rows;
  const charts = ranked
    .flatMap(({ name, company, window, series }) => (series ? [{ ticker: name, company, window, series }] : []))
    .slice(0, MAX_CHARTS);
  const occasion = week ? weekText(week.saturday) : occasionOf(followed, date);
  const isCorrection = isCorrecting && corrections.length > 0;
  const changed = ranked.flatMap((one, i) => (one.hasChanged && told[i] ? [{ ...told[i], followed: one }] : []));
  const news = isCorrection ? `Correction: ${correctionNews(corrections, date)}` : headline(changed, date);
  const first = alertNews(alerts) || news;
  return {
    isCorrection,
    subject: `${first} · ${occasion}`,
    headline: first,
    summary: summaryOf(told),
    news: week ? 'week' : 'day',
    preheader: preheaderOf(rows, corrections),
    occasion,
    theme,
    rows,
    charts,
    corrections,
    alerts,
  };
}

/** Infinity is equal to itself here. */
const compare = (a: number, b: number): number => (a === b ? 0 : a - b);

const lastDate = (followed: readonly FollowedTicker[]): string | undefined =>
  followed
    .flatMap(({ series }) => (series ? [series.last.date] : []))
    .sort()
    .at(-1);

/** Sort order: largest move of the day or the week first; then tickers without a close on that day, suspect closes, tickers without a close. */
function rank({ series }: FollowedTicker, date: string, week: Week | undefined): number {
  if (!series) return -3;
  if (series.suspects.has(series.last.date)) return -2;
  if (series.last.date < date) return -1;
  return Math.abs(newsMove(series, week) ?? 0);
}

/** The relative change that a mail is about: of the day, or of the week since the last close before it. */
function newsMove(series: Series | undefined, week: Week | undefined): number | undefined {
  if (!series) return undefined;
  if (!week) return dayChange(series);
  const days = dayNumber(series.last.date) - dayNumber(addDays(week.saturday, -7));
  return days > 0 ? changeOver(series, days) : undefined;
}
