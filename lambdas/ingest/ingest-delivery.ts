import { newestProfile, readProfile } from '../adapters/profiles.ts';
import type { DeliveryEvent } from '../contracts/delivery-event.ts';
import { type DeliveryId, deliveryOfKey } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import { isEffective, type Report } from '../contracts/report.ts';
import { isTemporaryName } from '../domain/delivery/file-name.ts';
import { compareRevisions } from '../domain/delivery/precedence.ts';
import { NO_PROFILE, type VersionedProfile } from '../domain/vendor-file/reading-file.ts';
import type { Invocation } from '../runtime/invocation.ts';
import { publishAnnouncement } from './announce.ts';
import { decide } from './decide.ts';
import { releaseLease, takeLease } from './lease.ts';
import type { IngestPorts, IngestSettings } from './ports.ts';
import { repairOverwritten } from './repair-overwritten.ts';
import { fileNameId } from './report.ts';
import { undoRevision } from './undo-revision.ts';

/**
 * How ingest handled an event. `gone` (the file no longer exists), `repeat`, `superseded` and `temporary` (the name of an
 * upload in progress) apply nothing. But `gone` may undo an earlier
 * try, `repeat` may record the newest upload, and `superseded` may repair segments.
 */
export type IngestOutcome =
  | { status: Report['state']; report: Report }
  | { status: 'gone' | 'repeat' | 'superseded' | 'temporary'; delivery: string };

/**
 * Ingests exactly the version of the file that the event names, or carries out a command. May be repeated at any point. Order of
 * steps: profile, quarantine, checks, tickers, manifest, accepted rows, change list, segments, outcome with announcement (one write), report, "refreshed", clear
 * announcement.
 * @throws DeliveryBusy, and any error of the ports; the event must then be retried
 */
export async function ingestDelivery(
  ports: IngestPorts,
  settings: IngestSettings,
  event: DeliveryEvent,
  invocation: Invocation,
): Promise<IngestOutcome> {
  const delivery = deliveryOfKey(event.file.key);
  const id = delivery?.id ?? fileNameId(event.file.key);
  if (isTemporaryName(event.file.key)) return { status: 'temporary', delivery: id };
  const profile = await profileFor(ports, delivery, event);
  const lease = await takeLease(ports, id, event, profile.version, invocation);
  if ('skip' in lease) {
    if (lease.skip === 'superseded') await repairOverwritten(ports, { id, revision: event.revision }, invocation);
    return { status: lease.skip, delivery: id };
  }
  const { seen, held } = lease;
  let isReleased = false;
  try {
    const isRetry = seen?.unfinished.includes(held.revision) ?? false;
    const report = await decide(ports, settings, { event, delivery, record: held, profile, isRetry, invocation });
    const isApplied = report && isEffective(report);
    // Earlier tries may have written segments.
    if (isRetry && !isApplied) await undoRevision(ports, held, invocation);
    if (!report) {
      isReleased = await releaseLease(ports, held, recordBefore(seen, held));
      if (!isReleased) throw changedMeanwhile(id);
      return { status: 'gone', delivery: id };
    }
    const decided = await storeOutcome(ports, held, report, invocation);
    isReleased = true;
    await publishAnnouncement(ports, decided);
    return { status: report.state, report };
  } finally {
    // Ignore errors while releasing the lease: rethrow the original one.
    if (!isReleased) await releaseLease(ports, held).catch(() => undefined);
  }
}

/** The profile that the feed has now; for a release the one under which the file was held, since that is what the operator saw. */
async function profileFor(
  { records, deliveries }: IngestPorts,
  delivery: DeliveryId | undefined,
  event: DeliveryEvent,
): Promise<VersionedProfile> {
  if (!delivery) return NO_PROFILE;
  const isRelease = event.kind === 'command' && event.command === 'release';
  const held = isRelease ? (await deliveries.get(delivery.id))?.held : undefined;
  if (!held) return (await newestProfile(records, delivery.feed)) ?? NO_PROFILE;
  return held.profile > 0 ? readProfile(records, delivery.feed, held.profile) : NO_PROFILE;
}

/** The record without a revision whose file is gone. If there was none before, it stays `received` and nothing is unfinished. */
function recordBefore(seen: DeliveryRecord | undefined, held: DeliveryRecord): DeliveryRecord {
  const unfinished = held.unfinished.filter((revision) => revision !== held.revision);
  if (seen && seen.revision !== held.revision) return { ...seen, unfinished };
  // An earlier try replaced the previous record: restore the held or the applied revision.
  if (held.held) return { ...held, ...held.held, state: 'held', unfinished };
  return held.applied ? { ...held, ...asApplied(held.delivery, held.applied), unfinished } : { ...held, unfinished };
}

const asApplied = (delivery: string, applied: NonNullable<DeliveryRecord['applied']>) => ({
  state: applied.isRevocation ? ('revoked' as const) : ('applied' as const),
  revision: applied.repeatedBy ?? applied.revision,
  file: applied.file,
  upload: applied.upload,
  profile: applied.profile,
  knownAt: applied.knownAt,
  report: recordKeys(delivery, applied.revision).report,
  ...(applied.counts && { counts: applied.counts }),
});

/** Stores the outcome together with its announcement, and ends the lease: the one write that decides a revision. */
async function storeOutcome(
  { deliveries }: IngestPorts,
  held: DeliveryRecord,
  report: Report,
  { now }: Invocation,
): Promise<DeliveryRecord> {
  const { version: _version, lease: _lease, held: waiting, ...record } = held;
  const isApplied = isEffective(report);
  const decidedAt = new Date(now()).toISOString();
  const stillHeld = heldAfter(held, report, waiting);
  const decided = await deliveries.replace(held, {
    ...record,
    state: report.state,
    changedAt: decidedAt,
    report: recordKeys(report.delivery, report.revision).report,
    counts: report.rows,
    ...(isApplied && { applied: appliedBy(held, report) }),
    ...(stillHeld && { held: stillHeld }),
    // Revoke targets the applied file, not a later rejected one.
    ...(report.state === 'revoked' && held.applied && { file: held.applied.file }),
    // A rejected or held revision undid its own segments. An applied one replaced those of all others.
    unfinished: isApplied ? [] : held.unfinished.filter((revision) => revision !== held.revision),
    announce: { ...report, decidedAt },
  });
  if (!decided) throw changedMeanwhile(report.delivery);
  return decided;
}

/** The held revision after an outcome: this one, or an earlier one that no newer revision has superseded. */
function heldAfter(
  { revision, knownAt, file, upload, profile }: DeliveryRecord,
  report: Report,
  waiting: DeliveryRecord['held'],
): DeliveryRecord['held'] {
  if (report.state === 'held') {
    const key = recordKeys(report.delivery, revision).report;
    return { revision, knownAt, file, upload, profile, report: key, counts: report.rows };
  }
  const isSuperseded = waiting && isEffective(report) && compareRevisions({ revision, upload }, waiting) >= 0;
  return isSuperseded ? undefined : waiting;
}

const changedMeanwhile = (delivery: string): Error =>
  new Error(`${delivery} was changed by another invocation. The next try starts over.`);

function appliedBy(
  { revision, knownAt, file, upload, profile, applied }: DeliveryRecord,
  { state, rows: counts }: Report,
): NonNullable<DeliveryRecord['applied']> {
  const revoked = {
    file: applied?.file ?? file,
    profile: applied?.profile ?? profile,
    isRevocation: true as const,
  };
  return {
    revision,
    knownAt,
    file,
    upload,
    profile,
    counts,
    ...(applied && { replaces: true }),
    ...(state === 'revoked' && revoked),
  };
}
