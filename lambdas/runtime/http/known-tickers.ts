import { distance } from 'fastest-levenshtein';
import type { TickersTable } from '../../adapters/tickers-table.ts';
import { isTicker, TICKER_RULE } from '../../contracts/ticker.ts';
import { Problem } from './problem.ts';

/** The list of tickers is cached for this long. */
const CACHE_MS = 60_000;
/** A ticker that is not in the cached list may be new: the list is read again if it is older than this. */
const MISS_CACHE_MS = 1_000;
const SUGGESTIONS = 5;

export type KnownTickers = ReturnType<typeof knownTickers>;

/** Searches all tickers in a cached list. */
export function knownTickers(table: Pick<TickersTable, 'all'>, now: () => number) {
  let cached: { tickers: string[]; readAt: number } | undefined;

  /** The result of `find` over a list that is fresh enough. */
  const lookUp = async <T>(find: (tickers: readonly string[]) => T | undefined): Promise<T | undefined> => {
    const found = cached && cached.readAt + CACHE_MS > now() ? find(cached.tickers) : undefined;
    if (found !== undefined || (cached && cached.readAt + MISS_CACHE_MS > now())) return found;
    cached = { tickers: await table.all(), readAt: now() };
    return find(cached.tickers);
  };

  return {
    /** Tickers with a prefix, ignoring case, sorted. */
    async search(prefix: string): Promise<string[]> {
      const wanted = prefix.toUpperCase();
      const found = await lookUp((tickers) => {
        const matching = tickers.filter((ticker) => ticker.toUpperCase().startsWith(wanted));
        return matching.length > 0 ? matching : undefined;
      });
      return found ?? [];
    },

    /**
     * The ticker as deliveries spell it: `aapl` finds AAPL.
     * @throws Problem with similar names if there is no such ticker
     */
    async find(name: string): Promise<string> {
      const upper = name.toUpperCase();
      const found = await lookUp(
        (tickers) =>
          tickers.find((ticker) => ticker === name) ?? tickers.find((ticker) => ticker.toUpperCase() === upper),
      );
      if (found !== undefined) return found;
      if (!isTicker(name)) throw new Problem(404, 'Unknown ticker', `Expected ${TICKER_RULE}.`, { suggestions: [] });
      const suggestions = nearest(upper, cached?.tickers ?? []);
      const hint = suggestions.length > 0 ? ` Did you mean ${suggestions.join(', ')}?` : '';
      throw new Problem(404, 'Unknown ticker', `No applied delivery contains ${name}.${hint}`, { suggestions });
    },
  };
}

/** Names that begin with the wanted text, or differ by at most two edits (one if it is shorter than three letters). The nearest first. */
function nearest(wanted: string, tickers: readonly string[]): string[] {
  const far = Math.max(1, Math.min(2, wanted.length - 1));
  return tickers
    .map((ticker) => ({
      ticker,
      away: ticker.toUpperCase().startsWith(wanted) ? 0.5 : distance(wanted, ticker.toUpperCase()),
    }))
    .filter(({ away }) => away <= far)
    .sort((a, b) => a.away - b.away || (a.ticker < b.ticker ? -1 : 1))
    .slice(0, SUGGESTIONS)
    .map(({ ticker }) => ticker);
}
