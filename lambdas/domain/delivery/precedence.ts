import { compareSequencers, type DeliveryEvent, dropOf, isDrop } from '../../contracts/delivery-event.ts';
import type { DeliveryRecord } from '../../contracts/delivery-record.ts';

/** A revision of a delivery: its name, and the drop that it is or is an order about. */
export type RevisionOfDrop = Pick<DeliveryRecord, 'drop' | 'revision'>;

/**
 * Orders two revisions of one delivery: negative where `a` is older. S3's sequencers order the drops of one key. `a.csv` and
 * `a.csv.gz` are one delivery under two keys: the later drop is newer, and of two drops in the same second the
 * one whose key sorts last. An order follows the drop that it is about.
 */
export function compareRevisions(a: RevisionOfDrop, b: RevisionOfDrop): number {
  if (a.drop.key === b.drop.key) return compareSequencers(a.revision, b.revision);
  return Date.parse(a.drop.droppedAt) - Date.parse(b.drop.droppedAt) || (a.drop.key < b.drop.key ? -1 : 1);
}

/** The revision that an event asks for. */
export const revisionOf = (event: DeliveryEvent): RevisionOfDrop => ({
  drop: dropOf(event),
  revision: event.detail.object.sequencer,
});

/** True while the current revision was begun and has not ended: it may still be applied, rejected or gone. */
export const isUndecided = ({ state, revision, unfinished }: DeliveryRecord): boolean =>
  state === 'received' && unfinished.includes(revision);

/**
 * True where a newer revision is applied, revoked or undecided. One that was rejected or is gone supersedes nothing: an
 * older one that is good counts, and so does an order given before it came.
 */
export function isSuperseded(seen: DeliveryRecord, event: DeliveryEvent): boolean {
  const asked = revisionOf(event);
  const { state, applied } = seen;
  const counts = state === 'applied' || state === 'revoked' || isUndecided(seen);
  if (counts && compareRevisions(seen, asked) > 0) return true;
  if (!applied) return false;
  const current = { drop: applied.drop, revision: applied.repeatedBy ?? applied.revision };
  const isCurrent = applied.revision === asked.revision && seen.revision !== asked.revision;
  return isCurrent || compareRevisions(current, asked) > 0;
}

/** True where there is nothing left to do: this very revision was decided, or the content that was dropped is applied now. */
export function isDone({ state, revision, object }: DeliveryRecord, event: DeliveryEvent): boolean {
  if (state === 'received') return false;
  const { etag, sequencer } = event.detail.object;
  return revision === sequencer || (isDrop(event) && state === 'applied' && object.etag === etag);
}
