import type { Shown } from '../../contracts/ledger-record.ts';
import type { ShownTicker } from './knowledge.ts';

/** An item of DynamoDB takes 400 KB, and a record may have two of these (see `earlier` there). */
const MAX_BYTES = 150_000;

/** Which segments a mail shows of a ticker, and the calendar days of its chart. */
export type Showing = { ticker: string; window: number; segments: readonly string[] };

/**
 * What a mail shows, for its record in the ledger. Where that is more than a record takes, tickers with the most segments are left
 * out: their next corrections are not listed, but no mail is lost.
 */
export function packShown(showings: readonly Showing[], maxBytes = MAX_BYTES): Shown {
  const left = showings.toSorted((a, b) => a.segments.length - b.segments.length);
  for (;;) {
    const shown = packed(left);
    if (Buffer.byteLength(JSON.stringify(shown)) <= maxBytes || left.length === 0) return shown;
    left.length = Math.floor(left.length * 0.9);
  }
}

/** @returns undefined where the mail did not show the ticker */
export function shownOf(shown: Shown, digest: string, ticker: string): ShownTicker | undefined {
  const text = Object.hasOwn(shown.tickers, ticker) ? shown.tickers[ticker] : undefined;
  if (text === undefined) return undefined;
  const [window, places = ''] = text.split(':');
  const segments = placesIn(places).map((place) => shown.segments[place] ?? '');
  return { digest, window: Number(window), segments: new Set(segments) };
}

function packed(showings: readonly Showing[]): Shown {
  const segments = [...new Set(showings.flatMap((showing) => showing.segments))].sort();
  const places = new Map(segments.map((segment, place) => [segment, place]));
  const tickers = showings.map(({ ticker, window, segments: own }): [string, string] => [
    ticker,
    `${window}:${rangesOf(own.map((segment) => places.get(segment) ?? 0))}`,
  ]);
  return { segments, tickers: Object.fromEntries(tickers) };
}

/** `0-4,7` */
function rangesOf(places: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const place of places.toSorted((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range && place === range[1] + 1) range[1] = place;
    else ranges.push([place, place]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join();
}

const placesIn = (ranges: string): number[] =>
  ranges
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
