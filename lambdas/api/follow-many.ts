import type { ChartWindow } from '../contracts/chart-options.ts';
import { concurrently } from '../runtime/concurrently.ts';
import type { KnownTickers } from '../runtime/http/known-tickers.ts';
import type { ApiPorts } from './ports.ts';

const UPDATES_AT_ONCE = 4;
/** Unknown names for which similar ones are looked up. */
const MAX_SUGGESTED = 20;

/** What became of a list of names. */
export type FollowedMany = {
  followed: string[];
  already: string[];
  /** Names that no delivery has, with similar ones. */
  unknown: { name: string; suggestions: string[] }[];
  /** Tickers beyond the maximum number. */
  tooMany: string[];
};

/** Follows every known ticker of a list. One unknown name does not cost the others. */
export async function followMany(
  { subscribers }: Pick<ApiPorts, 'subscribers'>,
  known: KnownTickers,
  names: readonly string[],
  { subscriber, own, window }: { subscriber: string; own: ReadonlySet<string>; window: ChartWindow },
): Promise<FollowedMany> {
  const result: FollowedMany = { followed: [], already: [], unknown: [], tooMany: [] };
  const distinct = [...new Set(names)];
  const found = await known.findAll(distinct);
  const wanted = new Set(found.values());
  const unknown = distinct.filter((name) => !found.has(name));
  // Similar names take time to find.
  result.unknown = unknown.map((name, i) => ({ name, suggestions: i < MAX_SUGGESTED ? known.suggest(name) : [] }));
  result.already = [...wanted.intersection(own)].sort();
  await concurrently(wanted.difference(own), UPDATES_AT_ONCE, async (ticker) => {
    const isFollowed = await subscribers.follow(subscriber, ticker, window);
    (isFollowed ? result.followed : result.tooMany).push(ticker);
  });
  return { ...result, followed: result.followed.sort(), tooMany: result.tooMany.sort() };
}
