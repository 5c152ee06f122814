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
  // 132 bits of SHA-256.
  hash: hash('sha256', rows, 'base64url').slice(0, 22),
  first,
  last,
});

/** Ticker → years of those segments that not all manifests have alike. */
export type ChangedSegments = Map<string, Set<string>>;

/**
 * Compares what a revision says with what earlier ones said.
 * @param before manifests of all revisions that may have left segments in the table
 */
export function changedSegments(before: readonly Manifest[], after: Manifest): ChangedSegments {
  const changed: ChangedSegments = new Map();
  for (const ticker of new Set([...before, after].flatMap((said) => Object.keys(said)))) {
    const now = after[ticker] ?? {};
    const earlier = before.map((said) => said[ticker] ?? {});
    const years = new Set([now, ...earlier].flatMap((said) => Object.keys(said)));
    const unlike = [...years].filter((year) => earlier.some((said) => said[year]?.hash !== now[year]?.hash));
    if (unlike.length > 0) changed.set(ticker, new Set(unlike));
  }
  return changed;
}
