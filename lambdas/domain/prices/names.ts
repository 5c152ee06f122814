import { type Rename, tombstoneIn } from '../delivery/tombstone.ts';
import type { OrderedSegment } from './segment-version.ts';

/** One name of a ticker. Another ticker may have had it before, and may have it after. All dates are ISO. */
export type Name = {
  name: string;
  /** First day of the name, if the ticker was renamed to it, or if another ticker had it before. */
  taken?: string;
  /** First day of the next name, if the ticker was renamed again. */
  given?: string;
  /** First day on which another ticker has the name. */
  lost?: string;
};

/**
 * The names that a ticker had and has, the oldest first.
 * @param name one of them; if several tickers had it, the last one
 * @param known segments in delivery order, under all names that are connected with it
 */
export function namesOf(name: string, known: readonly OrderedSegment[]): Name[] {
  const renames = renamesIn(known);
  if (renames.length === 0) return [{ name }];
  /** Name → the names of the last ticker that had it. */
  const holders = new Map<string, Name[]>();
  for (const { from, to, date } of renames) {
    const ticker = holderOf(from, holders);
    // A name that comes back would close a circle.
    if (ticker.some((one) => one.name === to)) continue;
    const before = holders.get(to)?.find((one) => one.name === to);
    if (before) before.lost = date;
    const last = ticker.at(-1);
    if (last) last.given = date;
    ticker.push({ name: to, taken: date });
    for (const one of [from, to]) holders.set(one, ticker);
  }
  return holders.get(name) ?? [{ name }];
}

/** The ticker that has a name. If it was given up, another ticker has it now. */
function holderOf(name: string, holders: ReadonlyMap<string, Name[]>): Name[] {
  const holder = holders.get(name);
  if (holder?.at(-1)?.name === name) return holder;
  const old = holder?.find((one) => one.name === name);
  if (old?.given === undefined) return [{ name }];
  old.lost ??= old.given;
  return [{ name, taken: old.lost }];
}

/** The name that a ticker has on a date. */
export const nameOn = (names: readonly Name[], date: string): string =>
  (names.findLast(({ taken }) => taken === undefined || taken <= date) ?? names[0])?.name ?? '';

/** Every other name that is mentioned in the segments of a ticker, also in replaced ones. */
export const mentionedNames = (segments: readonly Parameters<typeof tombstoneIn>[0][]): string[] =>
  segments.flatMap((segment) => tombstoneIn(segment)?.renames.flatMap(({ from, to }) => [from, to]) ?? []);

/** The declared renames by date, without those that a later declaration replaces. */
function renamesIn(known: readonly OrderedSegment[]): Rename[] {
  let renames: Rename[] = [];
  for (const segment of known) {
    for (const rename of tombstoneIn(segment)?.renames ?? []) {
      if (rename.from === rename.to) continue;
      renames = [...renames.filter((other) => !isReplaced(other, rename, renames)), rename];
    }
  }
  return renames.sort((a, b) => order(a, b));
}

const order = (a: Rename, b: Rename): number =>
  compare(a.date, b.date) || compare(a.from, b.from) || compare(a.to, b.to);

/** True if two renames give or take one name twice, and nobody took or gave it in between. */
function isReplaced(other: Rename, by: Rename, all: readonly Rename[]): boolean {
  const [first = '', second = ''] = [other.date, by.date].sort();
  const isBetween = ({ date }: Rename) => date >= first && date <= second;
  if (other.from === by.from) return !all.some((one) => one.to === by.from && isBetween(one));
  return other.to === by.to && !all.some((one) => one.from === by.to && isBetween(one));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
