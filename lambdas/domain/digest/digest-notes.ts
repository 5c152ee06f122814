import { addDays, longDate } from '../../contracts/dates.ts';
import { formatPrice, ratioText } from '../../contracts/format.ts';
import { lastTrusted, type Series } from '../prices/series.ts';
import type { FollowedTicker } from './digest.ts';

/** Days for which a split is named. */
const SPLIT_DAYS = 30;

/** What explains the numbers of a row. @param heading ISO date in the heading of the mail; empty if it has none */
export const notesOf = ({ ticker, name, late }: FollowedTicker, series: Series, heading: string): string =>
  [
    ticker === name ? '' : `formerly ${ticker}`,
    suspectNote(series),
    splitNote(series),
    lateNote(late),
    dateNote(series.last.date, heading),
  ]
    .filter(Boolean)
    .join('; ');

/** The date of a close that is not of the day in the heading. */
const dateNote = (own: string, heading: string): string =>
  own === heading ? '' : `${own < heading ? 'last close' : 'close of'} ${longDate(own)}`;

/** `late: 333.33 of 7 Jan 2020 and 2 more` */
function lateNote(late: FollowedTicker['late']): string {
  const last = late.at(-1);
  if (!last) return '';
  return `late: ${formatPrice(last.close)} of ${longDate(last.date)}${late.length > 1 ? ` and ${late.length - 1} more` : ''}`;
}

/** A declared split that rescaled the closes before it, or a jump that may be one: no change is computed across that. */
function splitNote({ splits, last }: Series): string {
  const split = splits.findLast(
    ({ kind, closes, date }) => (kind === 'probable' || closes === 'raw') && date > addDays(last.date, -SPLIT_DAYS),
  );
  if (!split) return '';
  const [ratio, date] = [ratioText(split.ratio), longDate(split.date)];
  if (split.kind === 'probable') return `may be a ${ratio} split on ${date}`;
  return `${ratio} split on ${date}: earlier closes are on the new scale`;
}

/** Why the mail has no change of a suspect close. */
function suspectNote(series: Series): string {
  if (!series.suspects.has(series.last.date)) return '';
  const trusted = lastTrusted(series);
  const from = trusted ? `the ${formatPrice(trusted.close)} of ${longDate(trusted.date)}` : 'the closes before';
  return `suspect: far from ${from}; not used until a later close confirms it`;
}
