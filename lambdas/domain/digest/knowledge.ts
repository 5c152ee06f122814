import { addDays } from '../../contracts/dates.ts';
import { droppedAtOf, revisionKey, segmentKey } from '../../contracts/keys.ts';
import { fold, type Observation } from '../prices/fold.ts';
import type { StoredSegment } from '../prices/segment-version.ts';
import { windowStart } from '../prices/series.ts';

/**
 * Segments dropped longer before a digest are not named in its record: it has seen them. Longer than any of them can have waited: a
 * message lives 14 days in its queue, 14 more among the dead letters, and 14 more where it was brought back.
 */
const NAMED_DAYS = 45;

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
  for (const version of byAge(versions)) if (wasIn(revisionKey(version))) newest.set(nameOf(version), version);
  return foldFilled(newest);
}

/**
 * The segments of a ticker that a mail shows, `{year}#{revision}`, as far as its record names them.
 * @param digest key of the record
 */
export function segmentsToName(versions: readonly StoredSegment[], digest: string): string[] {
  const from = namedFrom(digest);
  const standing = versions.filter(({ isReplaced, droppedAt }) => !isReplaced && droppedAt >= from);
  return [...new Set(standing.map(shownName))].sort();
}

/** What one mail showed of one ticker. */
export type ShownTicker = {
  /** Key of its record in the ledger. */
  digest: string;
  /** Calendar days its chart showed. */
  window: number;
  /** `{year}#{revision}` */
  segments: ReadonlySet<string>;
};

/**
 * The versions without what half an undo left: of a revision that was applied after all, copies that say it was
 * undone.
 */
export function withoutHalfUndone(versions: readonly StoredSegment[]): StoredSegment[] {
  const standing = new Set(versions.filter(({ isReplaced }) => !isReplaced).map(versionName));
  return versions.filter((version) => !(version.isUnfinished && standing.has(versionName(version))));
}

/** The segments of a ticker, exactly as a mail showed them. */
function segmentsShown(
  versions: readonly StoredSegment[],
  { digest, segments }: ShownTicker,
): Map<string, StoredSegment> {
  const from = namedFrom(digest);
  const shown = new Map<string, StoredSegment>();
  // Those of the record come last, and count.
  const isNamed = (version: StoredSegment) => segments.has(shownName(version));
  const old = versions.filter((version) => version.droppedAt < from && !version.isUnfinished && !isNamed(version));
  for (const version of [...byAge(old), ...byAge(versions.filter(isNamed))]) shown.set(nameOf(version), version);
  return shown;
}

/** The observations of a ticker as a mail showed them. */
export const observationsShown = (versions: readonly StoredSegment[], shown: ShownTicker): Observation[] =>
  foldFilled(segmentsShown(versions, shown));

/** True where a mail showed what a revision of a delivery wrote that died half-way and was undone. */
export const hasShownUndone = (versions: readonly StoredSegment[], shown: ShownTicker, delivery: string): boolean =>
  [...segmentsShown(versions, shown).values()].some((segment) => segment.delivery === delivery && segment.isUnfinished);

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

const namedFrom = (digest: string): string => addDays(droppedAtOf(digest).slice(0, 10), -NAMED_DAYS);

/** What the record of a mail calls a segment. */
const shownName = ({ year, revision }: StoredSegment): string => `${year}#${revision}`;

const nameOf = ({ year, delivery }: StoredSegment): string => segmentKey(year, delivery);

const versionName = (version: StoredSegment): string => `${version.year} ${revisionKey(version)}`;

const byAge = (versions: readonly StoredSegment[]): StoredSegment[] =>
  versions.toSorted((a, b) => (revisionKey(a) < revisionKey(b) ? -1 : 1));

const foldFilled = (segments: ReadonlyMap<string, StoredSegment>): Observation[] =>
  fold([...segments.values()].filter(({ rows }) => rows !== ''));

const told = ({ date, close, open, high, low, volume }: Observation): string =>
  [date, close, open, high, low, volume].join(' ');
