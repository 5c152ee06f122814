import { CHART_WINDOWS, type ChartWindow } from '../contracts/chart-options.ts';
import { isDeclared, parseDeliveryId } from '../contracts/delivery-id.ts';
import { type Revision, revisionKey } from '../contracts/revision.ts';
import type { LateClose } from '../domain/digest/digest.ts';
import { hasChanged, observationsKnown } from '../domain/digest/displayed-segments.ts';
import type { Observation } from '../domain/prices/fold.ts';
import type { StoredSegment } from '../domain/prices/segment-version.ts';

type RevisionChanges = {
  /** Windows in which it changed a close. */
  changed: readonly ChartWindow[];
  /** Last dates (ISO) before and after it; undefined without a close. */
  lastDates: readonly (string | undefined)[];
  late: readonly LateClose[];
  isOnlyLate: boolean;
};

/**
 * The windows in which a revision changed an observation. Compares prices just before and just after this revision: later revisions
 * have digests of their own.
 */
export function changesOf(ticker: string, revision: Revision, versions: readonly StoredSegment[]): RevisionChanges {
  const finished = versions.filter(({ isUnfinished }) => !isUnfinished);
  const own = revisionKey(revision);
  const before = observationsKnown(ticker, finished, (key) => key < own);
  const after = observationsKnown(ticker, finished, (key) => key <= own);
  const lastDates = [before, after].map((observations) => observations.at(-1)?.date);
  // A declaration is news only if it makes later closes known: those under the new name.
  if (isDeclared(parseDeliveryId(revision.delivery)))
    return {
      changed: (lastDates[1] ?? '') > (lastDates[0] ?? '') ? CHART_WINDOWS : [],
      lastDates,
      late: [],
      isOnlyLate: false,
    };
  return {
    changed: CHART_WINDOWS.filter((window) => hasChanged(before, after, window)),
    lastDates,
    late: lateCloses(before, after),
    isOnlyLate: isOnlyLate(before, after),
  };
}

/** True if all closes before are the same, and nothing came after the last one. */
function isOnlyLate(before: readonly Observation[], after: readonly Observation[]): boolean {
  const closes = new Map(after.map(({ date, close }) => [date, close]));
  const isSame = before.every(({ date, close }) => closes.get(date) === close);
  return isSame && after.length > before.length && after.at(-1)?.date === before.at(-1)?.date;
}

function lateCloses(before: readonly Observation[], after: readonly Observation[]): LateClose[] {
  // If the revision also removed the last close, the new last one is not late.
  const last = [before.at(-1)?.date ?? '', after.at(-1)?.date ?? ''].sort()[0] ?? '';
  const known = new Set(before.map(({ date }) => date));
  return after.filter(({ date }) => date < last && !known.has(date)).map(({ date, close }) => ({ date, close }));
}
