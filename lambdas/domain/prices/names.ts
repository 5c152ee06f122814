import { type Rename, tombstoneIn } from '../delivery/tombstone.ts';
import type { OrderedSegment } from './segment-version.ts';

/** The names of one ticker, the oldest first. `renames[i]` leads from `names[i]` to `names[i + 1]`. */
export type Names = { names: string[]; renames: Rename[] };

/**
 * The names that a ticker had and has. Of several renames of one name the last declared one counts, and one that would close a circle
 * does not.
 * @param known segments in delivery order, under all names that are connected with the ticker
 */
export function namesOf(ticker: string, known: readonly OrderedSegment[]): Names {
  const { byOld, byNew } = linksIn(known);
  const renames: Rename[] = [];
  for (let link = byNew.get(ticker); link; link = byNew.get(link.from)) renames.unshift(link);
  for (let link = byOld.get(ticker); link; link = byOld.get(link.to)) renames.push(link);
  const [first] = renames;
  return { names: first ? [first.from, ...renames.map(({ to }) => to)] : [ticker], renames };
}

/** The name that a ticker has on a date. */
export const nameOn = ({ names, renames }: Names, date: string): string =>
  names[renames.findLastIndex((rename) => rename.date <= date) + 1] ?? '';

/** Every other name that is mentioned in the segments of a ticker, also in replaced ones. */
export const mentionedNames = (segments: readonly Parameters<typeof tombstoneIn>[0][]): string[] =>
  segments.flatMap((segment) => tombstoneIn(segment)?.renames.flatMap(({ from, to }) => [from, to]) ?? []);

type Links = { byOld: Map<string, Rename>; byNew: Map<string, Rename> };

function linksIn(known: readonly OrderedSegment[]): Links {
  const links: Links = { byOld: new Map(), byNew: new Map() };
  for (const segment of known) {
    for (const rename of tombstoneIn(segment)?.renames ?? []) {
      if (leadsTo(links, rename.to, rename.from)) continue;
      for (const replaced of [links.byOld.get(rename.from), links.byNew.get(rename.to)]) {
        if (!replaced) continue;
        links.byOld.delete(replaced.from);
        links.byNew.delete(replaced.to);
      }
      links.byOld.set(rename.from, rename);
      links.byNew.set(rename.to, rename);
    }
  }
  return links;
}

/** True if one name was renamed to the other, in any number of steps. */
function leadsTo({ byOld }: Links, from: string, to: string): boolean {
  for (let name: string | undefined = from; name !== undefined; name = byOld.get(name)?.to)
    if (name === to) return true;
  return false;
}
