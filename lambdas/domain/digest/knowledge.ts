import { revisionKey, segmentKey } from '../../contracts/keys.ts';
import { fold, type Observation } from '../fold/fold.ts';
import type { StoredSegment } from '../fold/segment-version.ts';
import { windowStart } from '../series/series.ts';

/**
 * The observations of one ticker as they stood when some revisions were in and others not yet: of each segment
 * the newest version counts that one of them wrote.
 * @param versions every version there was of every segment of the ticker
 * @param wasIn true for the revisions (see revisionKey) that count
 */
export function observationsThen(
  versions: readonly StoredSegment[],
  wasIn: (revision: string) => boolean,
): Observation[] {
  const newest = new Map<string, StoredSegment>();
  for (const version of versions.toSorted((a, b) => (revisionKey(a) < revisionKey(b) ? -1 : 1))) {
    if (wasIn(revisionKey(version))) newest.set(segmentKey(version.year, version.delivery), version);
  }
  return fold([...newest.values()].filter(({ rows }) => rows !== ''));
}

/** True where any observation inside the window has another value now, or is new, or gone. */
export function hasChanged(then: readonly Observation[], now: readonly Observation[], window: number): boolean {
  const last = now.at(-1) ?? then.at(-1);
  if (!last) return false;
  const from = windowStart(last.date, window);
  const values = (observations: readonly Observation[]) =>
    observations
      .filter(({ date }) => date >= from)
      .map(told)
      .join('\n');
  return values(then) !== values(now);
}

const told = ({ date, close, open, high, low, volume }: Observation): string =>
  [date, close, open, high, low, volume].join(' ');
