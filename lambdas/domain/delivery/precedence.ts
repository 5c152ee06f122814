import type { DeliveryEvent } from '../../contracts/delivery-event.ts';
import type { DeliveryRecord } from '../../contracts/delivery-record.ts';
import { compareRevisionIds } from '../../contracts/revision.ts';

/** A revision and the upload it came from or targets: what orders the revisions of one delivery. */
export type UploadRevision = Pick<DeliveryRecord, 'upload' | 'revision'>;

/**
 * Orders two revisions of one delivery: negative if `a` is older. S3's sequencers order the uploads of one object key. `a.csv` and
 * `a.csv.gz` are one delivery under two keys: the later upload is newer; of two in the same second, the one whose key sorts last.
 * A command comes directly after the upload it targets.
 */
export function compareRevisions(a: UploadRevision, b: UploadRevision): number {
  if (a.upload.key === b.upload.key) return compareRevisionIds(a.revision, b.revision);
  return Date.parse(a.upload.droppedAt) - Date.parse(b.upload.droppedAt) || (a.upload.key < b.upload.key ? -1 : 1);
}

/** True while the current revision was started but not decided: it may still be applied, rejected or found to be gone. */
export const isInProgress = ({ state, revision, unfinished }: DeliveryRecord): boolean =>
  state === 'received' && unfinished.includes(revision);

/** False for a file that was removed before it was read. @param now ms since 1970 */
export const hasArrived = (record: DeliveryRecord, now: number): boolean =>
  record.state !== 'received' || isInProgress(record) || (record.lease?.until ?? 0) > now;

/**
 * True if a newer revision is applied, revoked or in progress, or if the event is the applied revision itself and the record has a later
 * one. A rejected, held or gone revision supersedes neither an older upload nor an older command.
 */
export function isSuperseded(seen: DeliveryRecord, event: DeliveryEvent): boolean {
  const { state, applied } = seen;
  const supersedes = state === 'applied' || state === 'revoked' || isInProgress(seen);
  if (supersedes && compareRevisions(seen, event) > 0) return true;
  if (!applied) return false;
  const current = { upload: applied.upload, revision: applied.repeatedBy ?? applied.revision };
  const isCurrent = applied.revision === event.revision && seen.revision !== event.revision;
  return isCurrent || compareRevisions(current, event) > 0;
}

/**
 * True if this revision was already decided, or an upload has the same content (ETag) as the file that is applied now, and would be
 * read under the same profile.
 * @param profile version of the feed's profile
 */
export function isAlreadyHandled(seen: DeliveryRecord, event: DeliveryEvent, profile: number): boolean {
  const { state, revision, file } = seen;
  if (state === 'received') return false;
  if (revision === event.revision) return true;
  return event.kind === 'upload' && state === 'applied' && file.etag === event.file.etag && seen.profile === profile;
}
