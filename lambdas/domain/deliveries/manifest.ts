import { hash } from 'node:crypto';
import * as z from 'zod';
import type { PackedSegment } from './segment-packer.ts';

const entry = z.object({
  /** Content hash of the packed rows. */
  hash: z.string(),
  /** First and last day (MMDD) the segment speaks of; empty for a tombstone. */
  first: z.string(),
  last: z.string(),
});

/** What one revision of a delivery says: ticker → year → content hash and the days it speaks of. */
export const manifest = z.record(z.string(), z.record(z.string(), entry));
export type Manifest = z.infer<typeof manifest>;
export type ManifestEntry = z.infer<typeof entry>;

export const manifestEntry = ({ rows, first, last }: PackedSegment): ManifestEntry => ({
  hash: contentHash(rows),
  first,
  last,
});

/** 132 bits of SHA-256, base64url. */
export const contentHash = (rows: string): string => hash('sha256', rows, 'base64url').slice(0, 22);

export type SegmentName = { ticker: string; year: string };

/** Segments that `before` has and `after` has not. */
export function staleSegments(before: Manifest, after: Manifest): SegmentName[] {
  return Object.entries(before).flatMap(([ticker, years]) =>
    Object.keys(years)
      .filter((year) => !after[ticker]?.[year])
      .map((year) => ({ ticker, year })),
  );
}

/** Segments that are in one of two manifests only, or differ; by ticker. */
export function changedSegments(before: Manifest, after: Manifest): Map<string, SegmentName[]> {
  const tickers = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changed = new Map<string, SegmentName[]>();
  for (const ticker of tickers) {
    const [old = {}, now = {}] = [before[ticker], after[ticker]];
    const years = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
    const names = years.filter((year) => old[year]?.hash !== now[year]?.hash).map((year) => ({ ticker, year }));
    if (names.length > 0) changed.set(ticker, names);
  }
  return changed;
}
