import type { PricesTable } from '../adapters/prices-table.ts';
import { mentionedNames } from '../domain/prices/names.ts';
import type { TickerSegments } from '../domain/prices/segment-version.ts';

/** Reads the segments of a ticker from a calendar year on, under all names that are connected with it by a rename. */
export async function readTicker(
  prices: Pick<PricesTable, 'segmentsOf'>,
  ticker: string,
  fromYear: string,
): Promise<TickerSegments> {
  const found: TickerSegments = { current: [], versions: [] };
  // Grows while it is read: each item may mention another name.
  const names = new Set([ticker]);
  for (const name of names) {
    const { current, versions } = await prices.segmentsOf(name, fromYear);
    found.current.push(...current);
    found.versions.push(...versions);
    for (const mentioned of mentionedNames(versions)) names.add(mentioned);
  }
  return found;
}
