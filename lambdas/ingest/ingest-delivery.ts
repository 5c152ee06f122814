import { type DeliveryEvent, DeliveryEventType, dropOf, isDrop, objectOf } from '../contracts/delivery-event.ts';
import { type DeliveryId, deliveryOfKey } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys, revisionKey } from '../contracts/keys.ts';
import type { Report } from '../contracts/report.ts';
import { fileDateProblem } from '../domain/delivery/file-date.ts';
import { SegmentPacker } from '../domain/delivery/segment-packer.ts';
import { BadFile } from '../domain/vendor-file/bad-file.ts';
import { tooLarge } from '../domain/vendor-file/read-text.ts';
import { sayRefreshed } from './announce.ts';
import { applyDelivery } from './apply-delivery.ts';
import { completeEarlier } from './complete-earlier.ts';
import { checkLease, dropLease, takeLease } from './lease.ts';
import type { IngestPorts, IngestSettings, Invocation } from './ports.ts';
import { readDelivery } from './read-delivery.ts';
import { mendStrays } from './repair-segments.ts';
import { badName, badNameId, emptyReport, keepReport, readReport, rejected } from './report.ts';
import { undoRevision } from './undo-revision.ts';

/** How one event ended. `gone`, `repeat` and `superseded` did nothing, and rightly so. */
export type IngestOutcome =
  | { status: Report['state']; report: Report }
  | { status: 'gone' | 'repeat' | 'superseded'; delivery: string };

/** One revision that is being brought in, and what for. */
type Revision = {
  event: DeliveryEvent;
  delivery: DeliveryId | undefined;
  record: DeliveryRecord;
  /** True where an earlier try of this very revision began, and may have written. */
  isRetry: boolean;
  invocation: Invocation;
};

/**
 * Ingests the very version of the file that the event names, or carries out an order about it. May be repeated at any
 * point: manifest, change list, segments, report, "refreshed" and the applied state follow in that order.
 * @throws DeliveryBusy and whatever the ports throw; the event is then to be tried again
 */
export async function ingestDelivery(
  ports: IngestPorts,
  settings: IngestSettings,
  event: DeliveryEvent,
  invocation: Invocation,
): Promise<IngestOutcome> {
  const { key, sequencer } = event.detail.object;
  const delivery = deliveryOfKey(key);
  const id = delivery?.id ?? badNameId(key);
  const lease = await takeLease(ports, id, event, invocation);
  if ('skip' in lease) {
    if (lease.skip === 'superseded') await mendStrays(ports, settings, { id, revision: sequencer }, invocation);
    return { status: lease.skip, delivery: id };
  }
  const { seen } = lease;
  let { held } = lease;
  let settled = false;
  try {
    held = behindWhatIsIn(await completeEarlier(ports, settings, held));
    const isRetry = seen?.unfinished.includes(held.revision) ?? false;
    const report = await bringIn(ports, settings, { event, delivery, record: held, isRetry, invocation });
    const isApplied = report && report.state !== 'rejected';
    // What an earlier try has written must not outlive it.
    if (isRetry && !isApplied) await undoRevision(ports, held, invocation);
    if (report) await settle(ports, held, report, invocation);
    else await dropLease(ports, held, asBefore(seen, held));
    settled = true;
    return report ? { status: report.state, report } : { status: 'gone', delivery: id };
  } finally {
    // Its own failure must not hide the one that brought us here.
    if (!settled) await dropLease(ports, held).catch(() => undefined);
  }
}

/**
 * What is known is told apart by when it was dropped. A file that was dropped before an order, and comes in after it,
 * is known after it.
 */
function behindWhatIsIn(held: DeliveryRecord): DeliveryRecord {
  const { delivery, applied } = held;
  if (!applied || applied.revision === held.revision) return held;
  const isBehind = revisionKey(held) > revisionKey({ ...applied, delivery });
  return isBehind ? held : { ...held, droppedAt: new Date(Date.parse(applied.droppedAt) + 1).toISOString() };
}

/** The record without a revision that turned out to be gone; one never seen before stays received, with nothing begun. */
function asBefore(seen: DeliveryRecord | undefined, held: DeliveryRecord): DeliveryRecord {
  const { applied } = held;
  const unfinished = held.unfinished.filter((revision) => revision !== held.revision);
  if (seen && seen.revision !== held.revision) {
    const before = { ...seen, ...(applied && { applied }), unfinished };
    // It had been applied whole, and died before that was recorded.
    const isComplete = seen.state === 'received' && applied?.revision === seen.revision;
    return isComplete ? { ...before, ...asApplied(held.delivery, applied) } : before;
  }
  // An earlier try of it has taken the place of what was there: that is what is applied.
  return applied ? { ...held, ...asApplied(held.delivery, applied), unfinished } : { ...held, unfinished };
}

const asApplied = (delivery: string, applied: NonNullable<DeliveryRecord['applied']>) => ({
  state: applied.isRevocation ? ('revoked' as const) : ('applied' as const),
  revision: applied.repeatedBy ?? applied.revision,
  object: applied.object,
  drop: applied.drop,
  droppedAt: applied.droppedAt,
  report: recordKeys(delivery, applied.revision).report,
  ...(applied.counts && { counts: applied.counts }),
});

/** @returns undefined where the version is gone */
async function bringIn(ports: IngestPorts, settings: IngestSettings, revision: Revision): Promise<Report | undefined> {
  const { event, delivery, record, isRetry } = revision;
  // With its report an earlier try was complete, whatever became of the file or of the limits since.
  const complete = isRetry ? await readReport(ports, record) : undefined;
  if (complete && complete.state !== 'rejected') {
    await sayRefreshed(ports, settings, record, complete);
    return complete;
  }
  if (!delivery) return keepReport(ports, rejected(event, record, badName(event.detail.object.key)));
  if (event['detail-type'] === DeliveryEventType.revoked) {
    // To revoke is to apply a revision that says nothing.
    return applyAndTell(
      ports,
      settings,
      { ...revision, delivery },
      new SegmentPacker(),
      emptyReport(event, record, 'revoked'),
    );
  }
  const { size } = event.detail.object;
  const problem =
    fileDateProblem(delivery, dropOf(event).droppedAt) ??
    (size > settings.maxFileBytes ? tooLarge(settings.maxFileBytes, `${size} bytes`).problem : undefined);
  if (problem) return keepReport(ports, rejected(event, record, problem));
  const body = await ports.drop.read(objectOf(event));
  // Of a drop, a newer event speaks for the file; whoever has ordered it to be read waits for an answer.
  if (!body && isDrop(event)) return undefined;
  if (!body) {
    const rejection = { expected: 'the file where it was dropped', found: 'none: it was removed, or has run out' };
    return keepReport(ports, rejected(event, record, rejection));
  }
  const read = await readDelivery(body, delivery, settings, size);
  const keys = recordKeys(delivery.id, record.revision);
  if (read.quarantine) await ports.records.put(keys.quarantine, read.quarantine, 'application/gzip');
  const report: Report = {
    ...emptyReport(event, record, 'applied'),
    rows: read.rows,
    problems: read.problems,
    ...(read.quarantine && { quarantine: keys.quarantine }),
  };
  if (read.rejection) return keepReport(ports, { ...report, state: 'rejected', rejection: read.rejection });
  return applyAndTell(ports, settings, { ...revision, delivery }, read.packer, report);
}

async function applyAndTell(
  ports: IngestPorts,
  settings: IngestSettings,
  { event, delivery, record, isRetry, invocation }: Revision & { delivery: DeliveryId },
  packer: SegmentPacker,
  report: Report,
): Promise<Report> {
  const isOrdered = !isDrop(event);
  // Whoever else began a revision of it may be alive, and write what it had under way.
  const isInDoubt = isRetry || record.unfinished.length > 1;
  try {
    const counts = await applyDelivery(ports, { delivery, record, packer, isOrdered, isInDoubt, invocation });
    checkLease(invocation);
    const applied = await keepReport(ports, { ...report, ...counts });
    await sayRefreshed(ports, settings, record, applied);
    return applied;
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    return keepReport(ports, { ...report, state: 'rejected', rejection: error.problem });
  }
}

/** Ends the lease with the state the delivery has now. */
async function settle(
  { deliveries }: IngestPorts,
  held: DeliveryRecord,
  report: Report,
  { now }: Invocation,
): Promise<void> {
  const { tick: _tick, lease: _lease, ...rest } = held;
  const isWritten = report.state !== 'rejected';
  const settled = await deliveries.replace(held, {
    ...rest,
    state: report.state,
    changedAt: new Date(now()).toISOString(),
    report: recordKeys(report.delivery, report.revision).report,
    counts: report.rows,
    ...(isWritten && { applied: appliedBy(held, report) }),
    // What is revoked is what stood, whatever was dropped and rejected since.
    ...(report.state === 'revoked' && held.applied && { object: held.applied.object }),
    // A rejected revision has undone what it wrote, an applied one has cleared up behind all before it.
    unfinished: isWritten ? [] : held.unfinished.filter((revision) => revision !== held.revision),
  });
  if (!settled) throw new Error(`${report.delivery} was changed by somebody else while it was being applied.`);
}

function appliedBy(
  { revision, droppedAt, object, drop, applied }: DeliveryRecord,
  { state, rows: counts }: Report,
): NonNullable<DeliveryRecord['applied']> {
  const revoked = { object: applied?.object ?? object, isRevocation: true as const };
  return {
    revision,
    droppedAt,
    object,
    drop,
    counts,
    ...(applied && { replaces: true }),
    ...(state === 'revoked' && revoked),
  };
}
