import type { Displayed } from '../../contracts/ledger-record.ts';
import type { RevisionKey } from '../../contracts/revision.ts';
import type { DisplayedTicker } from './displayed-segments.ts';

/** A DynamoDB item holds 400 KB, and a ledger record may have two of these (see `earlier`). */
const MAX_BYTES = 150_000;

/** The segments (see segmentsToName) that a digest displays of a ticker, and the calendar days of its chart. */
type DisplayedSegments = { ticker: string; window: number; segments: readonly string[] };

/**
 * Packs what a digest displays for its ledger record. If it is too large, tickers with the most segments are left out: their next
 * corrections are not listed, but every mail is sent.
 */
export function packDisplayed(tickers: readonly DisplayedSegments[], maxBytes = MAX_BYTES): Displayed {
  const left = tickers.toSorted((a, b) => a.segments.length - b.segments.length);
  for (;;) {
    const displayed = packed(left);
    if (Buffer.byteLength(JSON.stringify(displayed)) <= maxBytes || left.length === 0) return displayed;
    left.length = Math.floor(left.length * 0.9);
  }
}

/** @returns undefined if the digest did not display the ticker */
export function displayedTicker(
  displayed: Displayed,
  digest: RevisionKey,
  ticker: string,
): DisplayedTicker | undefined {
  const text = Object.hasOwn(displayed.tickers, ticker) ? displayed.tickers[ticker] : undefined;
  if (text === undefined) return undefined;
  const [window, ranges = ''] = text.split(':');
  const segments = indexesIn(ranges).map((index) => displayed.segments[index] ?? '');
  return { ticker, digest, window: Number(window), segments: new Set(segments) };
}

function packed(displayed: readonly DisplayedSegments[]): Displayed {
  const segments = [...new Set(displayed.flatMap((one) => one.segments))].sort();
  const indexes = new Map(segments.map((segment, index) => [segment, index]));
  const tickers = displayed.map(({ ticker, window, segments: own }): [string, string] => [
    ticker,
    `${window}:${rangesOf(own.map((segment) => indexes.get(segment) ?? 0))}`,
  ]);
  return { segments, tickers: Object.fromEntries(tickers) };
}

/** `0-4,7` */
function rangesOf(indexes: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const index of indexes.toSorted((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range && index === range[1] + 1) range[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join();
}

const indexesIn = (ranges: string): number[] =>
  ranges
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
