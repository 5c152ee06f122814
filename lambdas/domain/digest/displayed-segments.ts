import { addDays, windowStart } from '../../contracts/dates.ts';
import { segmentKey } from '../../contracts/keys.ts';
import { knownAtOf, type RevisionKey, revisionKey } from '../../contracts/revision.ts';
import { fold, type Observation } from '../prices/fold.ts';
import type { StoredSegment } from '../prices/segment-version.ts';

/**
 * Days. A ledger record names only segments that became known at most this long before its digest; older ones were certainly displayed.
 * No message waits longer: at most 14 days in its queue, 14 days in the dead letters, and 14 days after a redrive.
 */
const NAMED_DAYS = 45;

/**
 * Folds only the revisions accepted by `wasKnown`: of each segment, the newest version of such a revision.
 * @param versions every version of every segment of the ticker, under all of its names
 */
export function observationsKnown(
  ticker: string,
  versions: readonly StoredSegment[],
  wasKnown: (revision: RevisionKey) => boolean,
): Observation[] {
  const newest = new Map<string, StoredSegment>();
  for (const version of byAge(versions)) if (wasKnown(revisionKey(version))) newest.set(keyOf(version), version);
  return foldNonEmpty(ticker, newest);
}

/**
 * Names of the current segments of one ticker, for the ledger record of a digest that displays them: `{year}#{revision}`, under another
 * name of the ticker `{year}#{revision}#{name}`.
 * @param digest key of the record
 */
export function segmentsToName(ticker: string, versions: readonly StoredSegment[], digest: RevisionKey): string[] {
  const from = namedFrom(digest);
  const current = versions.filter(({ isReplaced, knownAt }) => !isReplaced && knownAt >= from);
  return [...new Set(current.map((segment) => nameOf(ticker, segment)))].sort();
}

/** What one digest displayed of one ticker. */
export type DisplayedTicker = {
  /** As the subscriber followed it. */
  ticker: string;
  /** Key of the digest's ledger record. */
  digest: RevisionKey;
  /** Calendar days of its chart. */
  window: number;
  /** See segmentsToName. */
  segments: ReadonlySet<string>;
};

/**
 * Removes what an incomplete undo left: copies of current segments that are marked as unfinished although their revision was applied
 * in the end.
 */
export function withoutIncompleteUndo(versions: readonly StoredSegment[]): StoredSegment[] {
  const current = new Set(versions.filter(({ isReplaced }) => !isReplaced).map(versionKey));
  return versions.filter((version) => !(version.isUnfinished && current.has(versionKey(version))));
}

/** The segments of a ticker exactly as a digest displayed them. */
function displayedSegments(
  versions: readonly StoredSegment[],
  { ticker, digest, segments }: DisplayedTicker,
): Map<string, StoredSegment> {
  const from = namedFrom(digest);
  const displayed = new Map<string, StoredSegment>();
  const isNamed = (version: StoredSegment) => segments.has(nameOf(ticker, version));
  const old = versions.filter((version) => version.knownAt < from && !version.isUnfinished && !isNamed(version));
  // Segments named in the record override older ones.
  for (const version of [...byAge(old), ...byAge(versions.filter(isNamed))]) displayed.set(keyOf(version), version);
  return displayed;
}

/** The observations of a ticker as a digest displayed them. */
export const observationsDisplayed = (versions: readonly StoredSegment[], displayed: DisplayedTicker): Observation[] =>
  foldNonEmpty(displayed.ticker, displayedSegments(versions, displayed));

/** True if a digest displayed segments of an unfinished revision of the delivery that were undone since. */
export const hasDisplayedUndone = (
  versions: readonly StoredSegment[],
  displayed: DisplayedTicker,
  delivery: string,
): boolean =>
  [...displayedSegments(versions, displayed).values()].some(
    (segment) => segment.delivery === delivery && segment.isUnfinished,
  );

/** True if a close inside the window (calendar days) was added, removed or changed. Other values are no news. */
export function hasChanged(before: readonly Observation[], after: readonly Observation[], window: number): boolean {
  const last = after.at(-1) ?? before.at(-1);
  if (!last) return false;
  const from = windowStart(last.date, window);
  const valuesOf = (observations: readonly Observation[]) =>
    observations
      .filter(({ date }) => date >= from)
      .map(({ date, close }) => `${date} ${close}`)
      .join('\n');
  return valuesOf(before) !== valuesOf(after);
}

const namedFrom = (digest: RevisionKey): string => addDays(knownAtOf(digest).slice(0, 10), -NAMED_DAYS);

/** The name of a segment in a ledger record. */
const nameOf = (followed: string, { ticker, year, revision }: StoredSegment): string =>
  `${year}#${revision}${ticker === followed ? '' : `#${ticker}`}`;

const keyOf = ({ ticker, year, delivery }: StoredSegment): string => `${segmentKey(year, delivery)} ${ticker}`;

const versionKey = (version: StoredSegment): string => `${version.year} ${revisionKey(version)} ${version.ticker}`;

const byAge = (versions: readonly StoredSegment[]): StoredSegment[] =>
  versions.toSorted((a, b) => (revisionKey(a) < revisionKey(b) ? -1 : 1));

const foldNonEmpty = (ticker: string, segments: ReadonlyMap<string, StoredSegment>): Observation[] =>
  fold(
    ticker,
    [...segments.values()].filter(({ rows }) => rows !== ''),
  );
