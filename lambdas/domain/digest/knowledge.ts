import { segmentKey } from '../../contracts/keys.ts';
import { fold, type Observation } from '../fold/fold.ts';
import type { StoredSegment } from '../fold/segment-version.ts';
import { windowStart } from '../series/series.ts';

/**
 * The observations of one ticker as they stood at an earlier drop: folded from what had been dropped by then.
 * @param segments all segments of the ticker now
 * @param replaced segments that later revisions of their deliveries have replaced
 * @param wasDropped true for drop times (ISO instants) that count
 */
export function observationsThen(
  segments: readonly StoredSegment[],
  replaced: readonly StoredSegment[],
  wasDropped: (droppedAt: string) => boolean,
): Observation[] {
  const known = new Map<string, StoredSegment>();
  for (const segment of [...replaced, ...segments]) {
    if (wasDropped(segment.droppedAt)) known.set(segmentKey(segment.year, segment.delivery), segment);
  }
  return fold([...known.values()]);
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
