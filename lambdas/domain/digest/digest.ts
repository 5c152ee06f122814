import type { ChartWindow, Theme } from '../../contracts/chart-options.ts';
import { addDays, longDate } from '../../contracts/dates.ts';
import { formatChange, formatPrice, ratioText } from '../../contracts/format.ts';
import type { Subscriber } from '../../contracts/subscriber.ts';
import { changeOver, dayChange, lastTrusted, type Series } from '../prices/series.ts';
import type { Correction } from './corrections.ts';
import { correctionNews, headline, isWithdrawn, occasionOf, preheaderOf, WITHDRAWN } from './digest-words.ts';

/** Limits the size of a mail. Further tickers are only in the table. */
const MAX_CHARTS = 12;

/** Corrections that a mail lists; a replaced history can correct thousands. */
export const MAX_CORRECTIONS = 40;

/** One ticker that a subscriber follows. */
export type FollowedTicker = {
  ticker: string;
  window: ChartWindow;
  /** The name it has now: another one than `ticker`, as it is followed, after a rename. */
  name: string;
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

type DigestChart = { ticker: string; window: ChartWindow; theme: Theme; series: Series };

/** Content of the mail that a subscriber gets for one delivery revision, without markup. */
export type Digest = {
  /** True if the purpose of the mail is to correct an earlier one. */
  isCorrection: boolean;
  subject: string;
  preheader: string;
  /** `close of 10 Jan 2020` */
  occasion: string;
  theme: Theme;
  rows: DigestRow[];
  /** The biggest movers first. */
  charts: DigestChart[];
  corrections: Correction[];
};

/**
 * Composes a digest.
 * @param followed every ticker of the subscriber, also those the delivery did not change
 */
export function composeDigest(
  { preferences: { theme } }: Pick<Subscriber, 'preferences'>,
  followed: readonly FollowedTicker[],
  unsorted: readonly Correction[],
  /** True if the revision replaced an earlier applied one. */
  { isCorrecting }: { isCorrecting: boolean } = { isCorrecting: false },
): Digest {
  // Suspect corrections last: they may be mistakes of the vendor.
  const corrections = [...unsorted.filter((one) => !one.isSuspect), ...unsorted.filter((one) => one.isSuspect)];
  const date = lastDate(followed.filter(({ hasChanged }) => hasChanged)) ?? lastDate(followed) ?? '';
  const ranked = followed.toSorted((a, b) => rank(b, date) - rank(a, date) || (a.name < b.name ? -1 : 1));
  const rows = ranked.map((one) => rowOf(one, date));
  const charts = ranked
    .flatMap(({ name, window, series }) => (series ? [{ ticker: name, window, theme, series }] : []))
    .slice(0, MAX_CHARTS);
  const occasion = occasionOf(followed, date);
  const isCorrection = isCorrecting && corrections.length > 0;
  const changed = ranked.flatMap((one, i) => (one.hasChanged && rows[i] ? [{ ...rows[i], followed: one }] : []));
  const news = isCorrection ? correctionNews(corrections) : headline(changed);
  return {
    isCorrection,
    subject: `${isCorrection ? 'Correction: ' : ''}${news} · ${occasion}`,
    preheader: preheaderOf(rows, corrections),
    occasion,
    theme,
    rows,
    charts,
    corrections,
  };
}

const lastDate = (followed: readonly FollowedTicker[]): string | undefined =>
  followed
    .flatMap(({ series }) => (series ? [series.last.date] : []))
    .sort()
    .at(-1);

/** Sort order: largest move of the day first; then tickers without a close on that day, suspect closes, tickers without a close. */
function rank({ series }: FollowedTicker, date: string): number {
  if (!series) return -3;
  if (series.suspects.has(series.last.date)) return -2;
  if (series.last.date < date) return -1;
  return Math.abs(dayChange(series) ?? 0);
}

function rowOf(followed: FollowedTicker, date: string): DigestRow {
  const { ticker: followedAs, name: ticker, series, wasReported } = followed;
  const none = movement(undefined);
  if (!series) {
    const gone = isWithdrawn(followed) ? WITHDRAWN : 'no longer reported by the vendor';
    const note = wasReported ? gone : 'no prices yet';
    return { ticker, trend: '', closeText: '–', day: none, week: none, month: none, note, isSuspect: false };
  }
  const month = changeOver(series, 30);
  const renamed = followedAs === ticker ? '' : `formerly ${followedAs}`;
  const notes = [renamed, suspectNote(series), splitNote(series), dateNote(series.last.date, date)];
  return {
    ticker,
    trend: trendSign(month),
    closeText: formatPrice(series.last.close),
    day: movement(dayChange(series)),
    week: movement(changeOver(series, 7)),
    month: movement(month),
    note: notes.filter(Boolean).join('; '),
    isSuspect: series.suspects.has(series.last.date),
  };
}

/** The date of a close that is not of the day in the heading. */
const dateNote = (own: string, heading: string): string =>
  own === heading ? '' : `${own < heading ? 'last close' : 'close of'} ${longDate(own)}`;

/** A jump of the last 30 days that may be a split: no change is computed across it. */
function splitNote({ splits, last }: Series): string {
  const split = splits.findLast(({ kind, date }) => kind === 'probable' && date > addDays(last.date, -30));
  return split ? `may be a ${ratioText(split.ratio)} split on ${longDate(split.date)}` : '';
}

/** Why the mail has no change of a suspect close. */
function suspectNote(series: Series): string {
  if (!series.suspects.has(series.last.date)) return '';
  const trusted = lastTrusted(series);
  const from = trusted ? ` from ${formatPrice(trusted.close)} of ${longDate(trusted.date)}` : ' from the closes before';
  return `suspect: far${from}, and no later close confirms it`;
}

const movement = (change: number | undefined): Movement => {
  const text = formatChange(change);
  return { text, direction: text.startsWith('+') ? 'up' : text.startsWith('−') ? 'down' : 'flat' };
};

/** A move below one percent in a month counts as flat. */
const trendSign = (month: number | undefined): string =>
  month === undefined ? '' : month > 0.01 ? '↗' : month < -0.01 ? '↘' : '→';
