import { type DeliveryEvent, DeliveryEventType, isDrop, objectOf } from '../contracts/delivery-event.ts';
import { type DeliveryId, deliveryOfKey } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys, revisionKey } from '../contracts/keys.ts';
import type { Report } from '../contracts/report.ts';
import { tooLarge } from '../domain/deliveries/read-text.ts';
import { SegmentPacker } from '../domain/deliveries/segment-packer.ts';
import { type Applying, applyDelivery } from './apply-delivery.ts';
import { completeEarlier } from './complete-earlier.ts';
import { dropLease, takeLease } from './lease.ts';
import type { IngestPorts, IngestSettings, Invocation } from './ports.ts';
import { readDelivery } from './read-delivery.ts';
import { badName, badNameId, emptyReport, keepReport, rejected } from './report.ts';
import { sayRefreshed } from './say-refreshed.ts';

/** How one event ended. `gone`, `repeat` and `superseded` did nothing, and rightly so. */
export type IngestOutcome =
  | { status: Report['state']; report: Report }
  | { status: 'gone' | 'repeat' | 'superseded'; delivery: string };

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
  const { key } = event.detail.object;
  const delivery = deliveryOfKey(key);
  const id = delivery?.id ?? badNameId(key);
  const lease = await takeLease(ports, id, event, invocation);
  if ('skip' in lease) return { status: lease.skip, delivery: id };
  const { seen } = lease;
  let { held } = lease;
  let settled = false;
  try {
    held = behindWhatIsIn(await completeEarlier(ports, settings, held));
    const report = delivery
      ? await bringIn(ports, settings, event, delivery, held)
      : await keepReport(ports, rejected(event, held, badName(key)));
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
  const unfinished = held.unfinished.filter((revision) => revision !== held.revision);
  return { ...(seen ?? held), ...(held.applied && { applied: held.applied }), unfinished };
}

/** @returns undefined where the version is gone */
async function bringIn(
  ports: IngestPorts,
  settings: IngestSettings,
  event: DeliveryEvent,
  delivery: DeliveryId,
  record: DeliveryRecord,
): Promise<Report | undefined> {
  if (event['detail-type'] === DeliveryEventType.revoked) {
    // To revoke is to apply a revision that says nothing.
    const nothing = { packer: new SegmentPacker(), updates: new Map() };
    return applyAndTell(ports, settings, { delivery, record, ...nothing }, emptyReport(event, record, 'revoked'));
  }
  const { size } = event.detail.object;
  if (size > settings.maxFileBytes) {
    return keepReport(ports, rejected(event, record, tooLarge(settings.maxFileBytes, `${size} bytes`).problem));
  }
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
  return applyAndTell(ports, settings, { delivery, record, ...read }, report);
}

async function applyAndTell(
  ports: IngestPorts,
  settings: IngestSettings,
  applying: Applying,
  report: Report,
): Promise<Report> {
  const applied = await keepReport(ports, { ...report, ...(await applyDelivery(ports, applying)) });
  await sayRefreshed(ports, settings, applying.record, applied);
  return applied;
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
    ...(isWritten && { applied: appliedBy(held, report.state) }),
    // What is revoked is what stood, whatever was dropped and rejected since.
    ...(report.state === 'revoked' && held.applied && { object: held.applied.object }),
    // A rejected revision has written nothing, an applied one has cleared up behind all before it.
    unfinished: isWritten ? [] : held.unfinished.filter((revision) => revision !== held.revision),
  });
  if (!settled) throw new Error(`${report.delivery} was changed by somebody else while it was being applied.`);
}

const appliedBy = (
  { revision, droppedAt, object, drop, applied }: DeliveryRecord,
  state: Report['state'],
): NonNullable<DeliveryRecord['applied']> =>
  state === 'revoked'
    ? { revision, droppedAt, object: applied?.object ?? object, drop, isRevocation: true }
    : { revision, droppedAt, object, drop };
