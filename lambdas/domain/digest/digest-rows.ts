import { currencySign } from '../../contracts/exchange.ts';
import { formatChange, formatShort } from '../../contracts/format.ts';
import { changeOver, dayChange } from '../prices/series.ts';
import type { DigestRow, FollowedTicker, Movement } from './digest.ts';
import { notesOf } from './digest-notes.ts';
import { isWithdrawn, WITHDRAWN } from './digest-words.ts';

/** The row of a ticker. @param date ISO date in the heading; empty if it has none @param alerted names of tickers with an alert */
export function rowOf(followed: FollowedTicker, date: string, alerted: ReadonlySet<string>): DigestRow {
  const { name: ticker, company, series, wasReported } = followed;
  const hasAlert = alerted.has(ticker) || alerted.has(followed.ticker);
  const none = movement(undefined);
  if (!series) {
    const gone = isWithdrawn(followed) ? WITHDRAWN : 'no longer reported by the vendor';
    const note = wasReported ? gone : 'no prices yet';
    return {
      ticker,
      company,
      hasAlert,
      trend: '',
      closeText: '–',
      day: none,
      week: none,
      month: none,
      note,
      isSuspect: false,
    };
  }
  const month = changeOver(series, 30);
  return {
    ticker,
    company,
    hasAlert,
    trend: trendSign(month),
    closeText: currencySign(ticker) + formatShort(series.last.close),
    day: movement(dayChange(series)),
    week: movement(changeOver(series, 7)),
    month: movement(month),
    note: notesOf(followed, series, date),
    isSuspect: series.suspects.has(series.last.date),
  };
}

/** A relative change in words. */
export const movement = (change: number | undefined): Movement => {
  const text = formatChange(change);
  return { text, direction: text.startsWith('+') ? 'up' : text.startsWith('−') ? 'down' : 'flat' };
};

/** A move below one percent in a month counts as flat. */
const trendSign = (month: number | undefined): string =>
  month === undefined ? '' : month > 0.01 ? '↗' : month < -0.01 ? '↘' : '→';
