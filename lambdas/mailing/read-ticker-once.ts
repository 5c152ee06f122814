import type { PriceSnapshot } from '../pricing/price-snapshot.ts';
import type { TickerSnapshot } from '../pricing/ticker-snapshot.ts';

/** Reads a ticker for one mail. */
export type ReadTicker = (ticker: string) => Promise<TickerSnapshot>;

/**
 * Reads each ticker once, so that the whole mail uses one snapshot of it.
 * @param since ISO instant of the recipient's last mail; undefined if there was none
 * @param from ISO date from which the alerts on a ticker need observations
 */
export function mailReader(
  snapshot: Pick<PriceSnapshot, 'ticker'>,
  since: string | undefined,
  from: ReadonlyMap<string, string> = new Map(),
): ReadTicker {
  const read = new Map<string, Promise<TickerSnapshot>>();
  return (ticker) => {
    const known = read.get(ticker) ?? snapshot.ticker(ticker, since, from.get(ticker));
    read.set(ticker, known);
    return known;
  };
}
