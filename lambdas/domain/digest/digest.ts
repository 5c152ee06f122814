import { longDate } from '../../contracts/dates.ts';
import { formatChange, formatPrice } from '../../contracts/format.ts';
import type { ChartWindow, Subscriber, Theme } from '../../contracts/subscriber.ts';
import { changeOver, dayChange, lastTrusted, type Series } from '../prices/series.ts';
import { correctionText } from './correction-text.ts';
import type { Correction } from './corrections.ts';

/** More charts than this would make the mail heavy; further tickers are rows of the table. */
const MAX_CHARTS = 12;

/** More would push what matters out of sight; a replaced history can correct thousands. */
export const MAX_CORRECTIONS = 40;

/** One ticker a subscriber follows; `series` is undefined where no observation stands. */
export type Holding = {
  ticker: string;
  window: ChartWindow;
  series: Series | undefined;
  /** True where nothing stands since the vendor has retired it. */
  isRetired: boolean;
  /** True where anything was ever said of it. */
  wasReported: boolean;
  /** True where the delivery has changed an observation inside the window. */
  hasChanged: boolean;
};

export type Movement = { text: string; direction: 'up' | 'down' | 'flat' };

/** One row of the table. */
export type DigestRow = {
  ticker: string;
  /** ↗, ↘ or →: where the last 30 days went. */
  trend: string;
  closeText: string;
  day: Movement;
  week: Movement;
  month: Movement;
  /** What the numbers alone do not say: suspect, retired, an older close. */
  note: string;
  isSuspect: boolean;
};

type DigestChart = { ticker: string; window: ChartWindow; theme: Theme; series: Series };

/** The one mail a subscriber gets for one delivery revision: its content, before any markup. */
export type Digest = {
  /** True where the mail is there to correct what an earlier one told. */
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

export function composeDigest(
  { preferences: { theme } }: Pick<Subscriber, 'preferences'>,
  holdings: readonly Holding[],
  unsorted: readonly Correction[],
  /** Whether the delivery was in before, in another revision. */
  { isCorrecting }: { isCorrecting: boolean } = { isCorrecting: false },
): Digest {
  // What may be a slip is not what a mail is opened for.
  const corrections = [...unsorted.filter((one) => !one.isSuspect), ...unsorted.filter((one) => one.isSuspect)];
  const date = lastDate(holdings.filter(({ hasChanged }) => hasChanged)) ?? lastDate(holdings) ?? '';
  const ranked = holdings.toSorted((a, b) => rank(b, date) - rank(a, date) || (a.ticker < b.ticker ? -1 : 1));
  const rows = ranked.map((holding) => rowOf(holding, date));
  const charts = ranked
    .flatMap(({ ticker, window, series }) => (series ? [{ ticker, window, theme, series }] : []))
    .slice(0, MAX_CHARTS);
  const occasion = date
    ? `close of ${longDate(date)}`
    : `tickers ${holdings.some(isWithdrawn) ? 'withdrawn' : 'retired'}`;
  const isCorrection = isCorrecting && corrections.length > 0;
  const changed = rows.filter((_, i) => ranked[i]?.hasChanged);
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

const WITHDRAWN = 'withdrawn by the vendor';

const isWithdrawn = ({ series, isRetired, wasReported }: Holding): boolean => !series && wasReported && !isRetired;

const lastDate = (holdings: readonly Holding[]): string | undefined =>
  holdings
    .flatMap(({ series }) => (series ? [series.last.date] : []))
    .sort()
    .at(-1);

/** Movers of the day by size; then those without a close that day, those whose close is suspect, those without any. */
function rank({ series }: Holding, date: string): number {
  if (!series) return -3;
  if (series.suspects.has(series.last.date)) return -2;
  if (series.last.date < date) return -1;
  return Math.abs(dayChange(series) ?? 0);
}

function rowOf(holding: Holding, date: string): DigestRow {
  const { ticker, series, wasReported } = holding;
  const none = movement(undefined);
  if (!series) {
    const gone = isWithdrawn(holding) ? WITHDRAWN : 'no longer reported by the vendor';
    const note = wasReported ? gone : 'no prices yet';
    return { ticker, trend: '', closeText: '–', day: none, week: none, month: none, note, isSuspect: false };
  }
  const month = changeOver(series, 30);
  const notes = [suspectNote(series), series.last.date < date ? `last close ${longDate(series.last.date)}` : ''];
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

/** Why no change is told of a last close. */
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

/** Less than one percent in a month goes nowhere. */
const trendSign = (month: number | undefined): string =>
  month === undefined ? '' : month > 0.01 ? '↗' : month < -0.01 ? '↘' : '→';

function headline(changed: readonly DigestRow[]): string {
  const named = changed.slice(0, 3).map(({ ticker, day, closeText, note, isSuspect }) => {
    const suspect = isSuspect ? ' (suspect)' : '';
    const gone = note === WITHDRAWN ? 'withdrawn' : 'retired';
    return `${ticker} ${closeText === '–' ? gone : day.text === '–' ? closeText : day.text}${suspect}`;
  });
  const more = changed.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `AAPL 3 Jan 2020, 2,974.30 → 297.43 and 2 more` */
function correctionNews(corrections: readonly Correction[]): string {
  const [first] = corrections;
  const more = corrections.length - 1;
  return `${first ? correctionText(first, ' ', ', ') : ''}${more > 0 ? ` and ${more} more` : ''}`;
}

function preheaderOf(rows: readonly DigestRow[], corrections: readonly Correction[]): string {
  const closes = rows
    .slice(0, 4)
    .map(({ ticker, closeText, trend, isSuspect }) =>
      `${ticker} ${closeText} ${isSuspect ? '(suspect)' : trend}`.trim(),
    );
  const corrected = corrections.length > 0 ? ` · ${plural(corrections.length, 'correction')}` : '';
  return `${closes.join(' · ')}${corrected}`;
}

/** `Close of 10 Jan 2020` */
export const titleOf = ({ isCorrection, occasion }: Digest): string =>
  `${isCorrection ? 'correction · ' : ''}${occasion}`.replace(/^./, (first) => first.toUpperCase());

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
