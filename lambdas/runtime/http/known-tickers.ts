import { distance } from 'fastest-levenshtein';
import type { CompanyName, TickersTable } from '../../adapters/tickers-table.ts';
import { isTicker, TICKER_RULE } from '../../contracts/ticker.ts';
import { Problem } from './problem.ts';

/** The list of tickers is cached for this long. */
const CACHE_MS = 60_000;
/** A ticker that is not in the cached list may be new: the list is read again if it is older than this. */
const MISS_CACHE_MS = 1_000;
const SUGGESTIONS = 5;

export type KnownTickers = ReturnType<typeof knownTickers>;

/** Searches all tickers in a cached list. */
export function knownTickers(table: Pick<TickersTable, 'all' | 'companies'>, now: () => number) {
  let cached: { tickers: string[]; readAt: number } | undefined;
  let companies: { names: readonly CompanyName[]; readAt: number } | undefined;

  /** The names of companies, up to a minute old. */
  const named = async (): Promise<readonly CompanyName[]> => {
    if (!companies || companies.readAt + CACHE_MS < now())
      companies = { names: await table.companies(), readAt: now() };
    return companies.names;
  };

  /** The result of `find` over a list that is fresh enough. */
  const lookUp = async <T>(find: (tickers: readonly string[]) => T | undefined): Promise<T | undefined> => {
    const found = cached && cached.readAt + CACHE_MS > now() ? find(cached.tickers) : undefined;
    if (found !== undefined || (cached && cached.readAt + MISS_CACHE_MS > now())) return found;
    cached = { tickers: await table.all(), readAt: now() };
    return find(cached.tickers);
  };

  return {
    /**
     * Tickers that match a text, ignoring case: those that begin with it, then those of companies with a word that begins with it, then
     * those that contain it.
     */
    async search(text: string): Promise<string[]> {
      const wanted = text.trim().toUpperCase();
      const names = wanted === '' ? [] : await named();
      const found = await lookUp((tickers) => {
        const matching = matches(wanted, tickers, names);
        return matching.length > 0 ? matching : undefined;
      });
      return found ?? [];
    },

    /** The name of the company of each ticker that has had only one: which of several is the current one, the prices know. */
    async companies(): Promise<ReadonlyMap<string, string>> {
      const names = Map.groupBy(await named(), ([ticker]) => ticker);
      return new Map([...names].flatMap(([, own]) => (own.length === 1 ? own : [])));
    },

    /** The tickers as deliveries spell them, by name; a name that no delivery has is missing. Reads the list once at most. */
    async findAll(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
      const found = await lookUp((tickers) => {
        const byUpper = new Map(tickers.map((ticker) => [ticker.toUpperCase(), ticker]));
        for (const ticker of tickers) byUpper.set(ticker, ticker);
        const all = names.flatMap((name): [string, string][] => {
          const ticker = byUpper.get(name) ?? byUpper.get(name.toUpperCase());
          return ticker === undefined ? [] : [[name, ticker]];
        });
        return all.length > 0 ? new Map(all) : undefined;
      });
      return found ?? new Map();
    },

    /** Tickers with a similar name. */
    suggest: (name: string): string[] => nearest(name.toUpperCase(), cached?.tickers ?? []),

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

function matches(wanted: string, tickers: readonly string[], names: readonly CompanyName[]): string[] {
  const known = new Set(tickers);
  const upper = (text: string) => text.toUpperCase();
  const begin = tickers.filter((ticker) => upper(ticker).startsWith(wanted));
  if (wanted === '') return begin;
  const wordStart = new RegExp(`(?:^|[^p{L}p{N}])${RegExp.escape(wanted)}`, 'u');
  const ofCompanies = names.filter(([ticker, company]) => known.has(ticker) && wordStart.test(upper(company)));
  const contain = tickers.filter((ticker) => upper(ticker).includes(wanted));
  return [...new Set([...begin, ...ofCompanies.map(([ticker]) => ticker), ...contain])];
}

/** Names that begin with the wanted text, or differ by at most two edits (one if it is shorter than three letters). The nearest first. */
function nearest(wanted: string, tickers: readonly string[]): string[] {
  const far = Math.max(1, Math.min(2, wanted.length - 1));
  return tickers
    .filter((ticker) => Math.abs(ticker.length - wanted.length) <= far || ticker.toUpperCase().startsWith(wanted))
    .map((ticker) => ({
      ticker,
      away: ticker.toUpperCase().startsWith(wanted) ? 0.5 : distance(wanted, ticker.toUpperCase()),
    }))
    .filter(({ away }) => away <= far)
    .sort((a, b) => a.away - b.away || (a.ticker < b.ticker ? -1 : 1))
    .slice(0, SUGGESTIONS)
    .map(({ ticker }) => ticker);
}
