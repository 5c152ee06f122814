import { distance } from 'fastest-levenshtein';
import type { TickersTable } from '../adapters/tickers-table.ts';
import { isTicker, TICKER_RULE } from '../contracts/ticker.ts';
import { Problem } from '../http/problem.ts';

/** A new ticker is found everywhere after this. */
const KEPT_MS = 30_000;
const SUGGESTIONS = 5;

export type KnownTickers = ReturnType<typeof knownTickers>;

/** All tickers, kept for a while: searching them takes no read. */
export function knownTickers(table: Pick<TickersTable, 'all'>, now: () => number) {
  let kept: { tickers: string[]; known: Set<string>; until: number } | undefined;

  const load = async () => {
    if (!kept || kept.until < now()) {
      const tickers = await table.all();
      kept = { tickers, known: new Set(tickers), until: now() + KEPT_MS };
    }
    return kept;
  };

  return {
    /** Tickers that begin with a prefix, in any case of its letters, by name. */
    async search(prefix: string): Promise<string[]> {
      const wanted = prefix.toUpperCase();
      return (await load()).tickers.filter((ticker) => ticker.toUpperCase().startsWith(wanted));
    },

    /**
     * The ticker as it is known.
     * @throws Problem that suggests near names where it is not
     */
    async find(name: string): Promise<string> {
      const { known, tickers } = await load();
      if (known.has(name)) return name;
      const upper = name.toUpperCase();
      const cased = tickers.find((ticker) => ticker.toUpperCase() === upper);
      if (cased !== undefined) return cased;
      if (!isTicker(name)) throw new Problem(404, 'Unknown ticker', `Expected ${TICKER_RULE}.`, { suggestions: [] });
      const suggestions = nearest(upper, tickers);
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
