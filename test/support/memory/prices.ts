import type { PricesTable } from '../../../lambdas/adapters/prices-table.ts';
import { parseSegmentKey, replacedSegmentKey, segmentKey } from '../../../lambdas/contracts/keys.ts';
import type { StoredSegment, TickerSegments } from '../../../lambdas/domain/prices/segment-version.ts';

/** `{ticker} {sort key}` → segment. */
export type MemorySegments = Map<string, StoredSegment>;

/** The prices table in memory. */
export function memoryPrices(segments: MemorySegments): PricesTable {
  const keyOf = (ticker: string, key: string) => `${ticker} ${key}`;
  const at = (ticker: string, year: string, delivery: string) =>
    segments.get(keyOf(ticker, segmentKey(year, delivery))) ?? [];
  return {
    // Small, so that tests need several batches.
    batchSize: 2,
    writeSegments: async (by, written) => {
      for (const segment of written)
        segments.set(keyOf(segment.ticker, segmentKey(segment.year, by.delivery)), { ...segment, ...by });
    },
    keepReplaced: async (_replacedAt, replaced) => {
      for (const segment of replaced) {
        const key = replacedSegmentKey(segment.year, segment.delivery, segment.revision);
        segments.set(keyOf(segment.ticker, key), segment);
      }
    },
    currentSegments: async (delivery, names) => names.flatMap(({ ticker, year }) => at(ticker, year, delivery)),
    segmentsAt: async (keys) => keys.flatMap(({ ticker, year, delivery }) => at(ticker, year, delivery)),
    segmentsOf: async (ticker, fromYear) => segmentsOf(segments, ticker, fromYear),
  };
}

/** All segments of a ticker, in the order of their sort keys. */
export function segmentsOf(segments: MemorySegments, ticker: string, fromYear: string): TickerSegments {
  const versions = [...segments]
    .filter(([, segment]) => segment.ticker === ticker && segment.year >= fromYear)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, segment]) => ({ ...segment, ...parseSegmentKey(key.slice(ticker.length + 1)) }));
  return { current: versions.filter(({ isReplaced, rows }) => !isReplaced && rows !== ''), versions };
}
