import { distance } from 'fastest-levenshtein';
import type { TickersTable } from '../../adapters/tickers-table.ts';
import { isTicker, TICKER_RULE } from '../../contracts/ticker.ts';
import { Problem } from './problem.ts';

/** Tickers are added with deliveries, and looked for afresh after this. */
const KEPT_MS = 60_000;
/** What is not found is looked for afresh after this: it may just have come in. */
const MISSED_MS = 1_000;
const SUGGESTIONS = 5;

export type KnownTickers = ReturnType<typeof knownTickers>;

/** All tickers, kept for a while: searching them takes no read. */
export function knownTickers(table: Pick<TickersTable, 'all'>, now: () => number) {
  let kept: { tickers: string[]; readAt: number } | undefined;

  /** What `look` finds among the tickers; undefined only if they were read within the last second. */
  const lookUp = async <T>(look: (tickers: readonly string[]) => T | undefined): Promise<T | undefined> => {
    const found = kept && kept.readAt + KEPT_MS > now() ? look(kept.tickers) : undefined;
    if (found !== undefined || (kept && kept.readAt + MISSED_MS > now())) return found;
    kept = { tickers: await table.all(), readAt: now() };
    return look(kept.tickers);
  };

  return {
    /** Tickers that begin with a prefix, in any case of its letters, by name. */
    async search(prefix: string): Promise<string[]> {
      const wanted = prefix.toUpperCase();
      const found = await lookUp((tickers) => {
        const those = tickers.filter((ticker) => ticker.toUpperCase().startsWith(wanted));
        return those.length > 0 ? those : undefined;
      });
      return found ?? [];
    },

    /**
     * The ticker as it is known.
     * @throws Problem that suggests near names where it is not
     */
    async find(name: string): Promise<string> {
      const upper = name.toUpperCase();
      const found = await lookUp(
        (tickers) =>
          tickers.find((ticker) => ticker === name) ?? tickers.find((ticker) => ticker.toUpperCase() === upper),
      );
      if (found !== undefined) return found;
      if (!isTicker(name)) throw new Problem(404, 'Unknown ticker', `Expected ${TICKER_RULE}.`, { suggestions: [] });
      const suggestions = nearest(upper, kept?.tickers ?? []);
      const hint = suggestions.length > 0 ? ` Did you mean ${suggestions.join(', ')}?` : '';
      throw new Problem(404, 'Unknown ticker', `The vendor has never delivered ${name}.${hint}`, { suggestions });
    },
  };
}

/** Names at most two letters away, or that begin alike; the nearest first. */
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
