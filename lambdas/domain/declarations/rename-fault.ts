import { longDate } from '../../contracts/dates.ts';
import { TOMBSTONE_YEAR } from '../../contracts/keys.ts';
import type { Rename } from '../delivery/tombstone.ts';
import { fold } from '../prices/fold.ts';
import { identityOf } from '../prices/identity.ts';
import type { StoredSegment } from '../prices/segment-version.ts';

/**
 * Why a rename contradicts what is known, with the question that settles it; undefined if it does not.
 * @param segments current ones of both names, and of every name that is connected with them
 * @param reusesName true if another ticker had the new name before
 */
export function renameFault(
  { from, to, date }: Rename,
  segments: readonly StoredSegment[],
  reusesName: boolean,
): string | undefined {
  const { names } = identityOf(from, segments);
  const own = names.find(({ name }) => name === from);
  const next = names.find(({ taken }) => taken === own?.given);
  if (from === to) return 'The new name is the same as the old one.';
  if (own?.given !== undefined && next?.name === to && own.given === date) return undefined;
  if (own?.given !== undefined)
    return `${from} is named ${next?.name} from ${longDate(own.given)} on. Take that rename back first, or rename ${names.at(-1)?.name}.`;
  if (names.some(({ name }) => name === to)) return `${to} is an earlier name of ${from}: this would close a circle.`;
  if (own?.taken !== undefined && date <= own.taken)
    return `The ticker is named ${from} only from ${longDate(own.taken)} on: expected a later date.`;
  const taken = identityOf(to, segments).names.find(({ name }) => name === to);
  if (taken?.taken !== undefined && taken.given === undefined)
    return `${to} is the name of ${identityOf(to, segments).names[0]?.name} from ${longDate(taken.taken)} on. Take that rename back first.`;
  const first = fold(
    to,
    segments.filter(({ ticker, year }) => ticker === to && year !== TOMBSTONE_YEAR),
  )[0];
  if (reusesName || taken?.given !== undefined || first === undefined || first.date >= date) return undefined;
  return `${to} has closes from ${longDate(first.date)} on. Are they of this ticker? Then the rename is from that date on. Of another one that had the name before? Then say so (reusesName): they do not count.`;
}
