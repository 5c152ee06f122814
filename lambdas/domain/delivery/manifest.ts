import { hash } from 'node:crypto';
import * as z from 'zod';
import type { PackedSegment } from './row-log.ts';

const entry = z.object({
  /** Content hash of the packed rows. */
  hash: z.string(),
  /** First and last day (MMDD) of its rows; empty for a tombstone. */
  first: z.string(),
  last: z.string(),
  /** The last row with a close: `0102 300.35`; undefined if none has one. The next delivery is compared with it. */
  close: z.string().optional(),
});

/** The segments of one revision: ticker → year → content hash, range of days and last close. */
export const manifest = z.unknown().transform((value): Manifest => {
  const tickers = Object.entries(z.custom<object>((one) => typeof one === 'object' && one !== null).parse(value));
  // A record of zod leaves out "__proto__", which is a valid ticker.
  return Object.fromEntries(tickers.map(([ticker, years]) => [ticker, z.record(z.string(), entry).parse(years)]));
});
export type Manifest = Record<string, Record<string, ManifestEntry>>;
type ManifestEntry = z.infer<typeof entry>;

function manifestEntry({ rows, first, last }: PackedSegment): ManifestEntry {
  const close = lastClose(rows);
  return { hash: hashOf(rows), first, last, ...(close !== undefined && { close }) };
}

/** Day and close of the last packed row that has one. */
function lastClose(rows: string): string | undefined {
  for (let end = rows.length; end > 0; ) {
    const start = rows.lastIndexOf('\n', end - 1) + 1;
    const [close] = /^\d{4} [^D\s]\S*/.exec(rows.slice(start, end)) ?? [];
    if (close !== undefined) return close;
    end = start - 1;
  }
  return undefined;
}

/** The manifest of segments, and the number of rows that a later row of the same file overwrote. */
export function manifestOf(segments: Iterable<PackedSegment>): { manifest: Manifest; duplicates: number } {
  // A Map, because "constructor" is a valid ticker.
  const tickers = new Map<string, Record<string, ManifestEntry>>();
  let duplicates = 0;
  for (const segment of segments) {
    const years = tickers.get(segment.ticker) ?? {};
    years[segment.year] = manifestEntry(segment);
    tickers.set(segment.ticker, years);
    duplicates += segment.overwritten;
  }
  return { manifest: Object.fromEntries(tickers), duplicates };
}

/** Content hash of packed rows: 132 bits of SHA-256. */
export const hashOf = (rows: string): string => hash('sha256', rows, 'base64url').slice(0, 22);

/** Names of segments: ticker → years. */
export type SegmentNames = Map<string, Set<string>>;

/** The union of the segments of all manifests. */
export function allSegments(manifests: readonly Manifest[]): SegmentNames {
  const all: SegmentNames = new Map();
  for (const one of manifests)
    for (const [ticker, years] of Object.entries(one))
      all.set(ticker, (all.get(ticker) ?? new Set()).union(new Set(Object.keys(years))));
  return all;
}

export const merged = (a: SegmentNames, b: SegmentNames): SegmentNames =>
  new Map([...a, ...b].map(([ticker]) => [ticker, (a.get(ticker) ?? new Set()).union(b.get(ticker) ?? new Set())]));

/**
 * The segments whose content differs between a revision and any manifest before it.
 * @param before manifests of all revisions that may have written segments that are still in the table
 */
export function changedSegments(before: readonly Manifest[], after: Manifest): SegmentNames {
  const changed: SegmentNames = new Map();
  for (const [ticker, years] of allSegments([...before, after])) {
    const differing = [...years].filter((year) =>
      before.some((one) => one[ticker]?.[year]?.hash !== after[ticker]?.[year]?.hash),
    );
    if (differing.length > 0) changed.set(ticker, new Set(differing));
  }
  return changed;
}
