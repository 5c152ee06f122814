import { longDate, shortDate } from '../../contracts/dates.ts';
import { currencySign } from '../../contracts/exchange.ts';
import { formatPair, formatPriceOf } from '../../contracts/format.ts';
import type { AlertLines } from '../alerts/alert-lines.ts';
import { lastTrusted } from '../prices/series.ts';
import { correctionText } from './correction-text.ts';
import type { Correction } from './corrections.ts';
import type { Digest, DigestRow, FollowedTicker } from './digest.ts';

export const WITHDRAWN = 'withdrawn by the vendor';

export const isWithdrawn = ({ series, isRetired, wasReported }: FollowedTicker): boolean =>
  !series && wasReported && !isRetired;

/** `close of 10 Jan 2020`, `late: 3 Jan 2020` or both. */
export function occasionOf(followed: readonly FollowedTicker[], date: string): string {
  if (!date) return `tickers ${followed.some(isWithdrawn) ? 'withdrawn' : 'retired'}`;
  const dates = [...new Set(followed.flatMap(({ late }) => late.map((one) => one.date)))].sort();
  const more = dates.length > 1 ? ` and ${dates.length - 1} more` : '';
  const late = dates[0] && `late: ${longDate(dates[0])}${more}`;
  const changed = followed.filter(({ hasChanged }) => hasChanged);
  if (late && changed.every(({ isOnlyLate }) => isOnlyLate)) return late;
  return [`close of ${longDate(date)}`, late].filter(Boolean).join(', ');
}

/** `AAPL +1.2 %, KO −0.3 %`. A ticker without a close of the date in the heading has its late or its last close. */
export function headline(changed: readonly (DigestRow & { followed: FollowedTicker })[], date: string): string {
  const named = changed.slice(0, 3).map(({ ticker, day, closeText, note, isSuspect, followed }) => {
    if (followed.isOnlyLate) return lateNews(followed);
    if (isSuspect) return suspectNews(ticker, closeText, followed);
    const own = followed.series?.last.date ?? date;
    if (own < date) return `${ticker} ${closeText} of ${shortDate(own)}`;
    const gone = note === WITHDRAWN ? 'withdrawn' : 'retired';
    return `${ticker} ${closeText === '–' ? gone : day.text === '–' ? closeText : day.text}`;
  });
  const more = changed.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The last good close, and the suspect one. */
function suspectNews(ticker: string, closeText: string, { series }: FollowedTicker): string {
  const trusted = series && lastTrusted(series);
  return trusted
    ? `${ticker} ${formatPriceOf(ticker, trusted.close)} (${closeText} is suspect)`
    : `${ticker} ${closeText} (suspect)`;
}

function lateNews({ name, late, series }: FollowedTicker): string {
  const last = late.at(-1);
  const suspect = last && series?.suspects.has(last.date) ? ' (suspect)' : '';
  return `${name} ${formatPriceOf(name, last?.close ?? '')}${suspect}`;
}

/** `AAPL 3 Jan, 2,974.30 → 297.43 and 2 more`, or `AAPL 15 Jan withdrawn`. @param date ISO date in the heading, whose year is not repeated */
export function correctionNews(corrections: readonly Correction[], date: string): string {
  const [first] = corrections;
  return `${first ? correctedNews(first, date) : ''}${more(corrections)}`;
}

function correctedNews(correction: Correction, heading: string): string {
  const { ticker, date, was, now, isSuspect } = correction;
  if (correction.dividedBy !== undefined) return correctionText(correction);
  const on = date.slice(0, 4) === heading.slice(0, 4) ? shortDate(date) : longDate(date);
  if (now === undefined) return `${ticker} ${on} withdrawn`;
  const [from, to] = formatPair(was, now).map((price) => currencySign(ticker) + price);
  return `${ticker} ${on}, ${from} → ${to}${isSuspect ? ' (suspect)' : ''}`;
}

/** `5 up, 2 down, 1 unchanged` by the change of the day. */
export function summaryOf(rows: readonly DigestRow[]): string {
  const known = rows.filter(({ day }) => day.text !== '–');
  const count = (direction: string) => known.filter(({ day }) => day.direction === direction).length;
  const counted = [
    [count('up'), 'up'],
    [count('down'), 'down'],
    [count('flat'), 'unchanged'],
  ] as const;
  return counted.flatMap(([n, what]) => (n > 0 ? [`${n} ${what}`] : [])).join(', ');
}

/** `Alert: AAPL closed at 318.20, above 310.00 and 1 more`; empty without an alert. */
export function alertNews({ fires, withdrawn }: AlertLines): string {
  const [fire] = fires;
  if (fire) return `Alert: ${fire.ticker} ${fire.what}${more(fires)}`;
  const [gone] = withdrawn;
  return gone ? `Alert withdrawn: ${gone.text}${more(withdrawn)}` : '';
}

const more = ({ length }: readonly unknown[]): string => (length > 1 ? ` and ${length - 1} more` : '');

export function preheaderOf(rows: readonly DigestRow[], corrections: readonly Correction[]): string {
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
