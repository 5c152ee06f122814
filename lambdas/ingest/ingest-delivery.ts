import { type DeliveryEvent, DeliveryEventType } from '../contracts/delivery-event.ts';
import { type DeliveryId, deliveryOfKey } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import type { Report } from '../contracts/report.ts';
import { visible } from '../contracts/visible.ts';
import { quote } from '../domain/deliveries/bad-file.ts';
import { tooLarge } from '../domain/deliveries/read-text.ts';
import { SegmentPacker } from '../domain/deliveries/segment-packer.ts';
import { type Applying, applyDelivery } from './apply-delivery.ts';
import { completeEarlier } from './complete-earlier.ts';
import { dropLease, objectOf, takeLease } from './lease.ts';
import type { IngestPorts, IngestSettings, Invocation } from './ports.ts';
import { readDelivery } from './read-delivery.ts';
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
  const id = delivery?.id ?? visible(key);
  const lease = await takeLease(ports, id, event, invocation);
  if ('skip' in lease) return { status: lease.skip, delivery: id };
  const { seen } = lease;
  let { held } = lease;
  let settled = false;
  try {
    held = await completeEarlier(ports, settings, held);
    const report = delivery
      ? await bringIn(ports, settings, event, delivery, held)
      : await keepReport(ports, badNameReport(event));
    if (report) await settle(ports, held, report, invocation);
    else await dropLease(ports, held, seen);
    settled = true;
    return report ? { status: report.state, report } : { status: 'gone', delivery: id };
  } finally {
    // Its own failure must not hide the one that brought us here.
    if (!settled) await dropLease(ports, held).catch(() => undefined);
  }
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
    return applyAndTell(ports, settings, { delivery, record, ...nothing }, emptyReport(event, delivery.id, 'revoked'));
  }
  const { size } = event.detail.object;
  if (size > settings.maxFileBytes) {
    const rejection = tooLarge(settings.maxFileBytes, `${size} bytes`).problem;
    return keepReport(ports, { ...emptyReport(event, delivery.id, 'rejected'), rejection });
  }
  const body = await ports.drop.read(objectOf(event));
  if (!body) return undefined;
  const read = await readDelivery(body, delivery, settings, size);
  const keys = recordKeys(delivery.id, record.revision);
  if (read.quarantine) await ports.records.put(keys.quarantine, read.quarantine, 'application/gzip');
  const report: Report = {
    ...emptyReport(event, delivery.id, 'applied'),
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

async function keepReport({ records }: IngestPorts, report: Report): Promise<Report> {
  const key = recordKeys(report.delivery, report.revision).report;
  await records.put(key, JSON.stringify(report, undefined, 2), 'application/json');
  return report;
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
    ...(isWritten && { applied: { revision: held.revision, droppedAt: held.droppedAt } }),
    // A rejected revision has written nothing, an applied one has cleared up behind all before it.
    unfinished: isWritten ? [] : held.unfinished.filter((revision) => revision !== held.revision),
  });
  if (!settled) throw new Error(`${report.delivery} was changed by somebody else while it was being applied.`);
}

const emptyReport = (event: DeliveryEvent, delivery: string, state: Report['state']): Report => ({
  delivery,
  revision: event.detail.object.sequencer,
  object: objectOf(event),
  state,
  droppedAt: event.time,
  rows: { read: 0, accepted: 0, quarantined: 0 },
  duplicates: 0,
  updatesThatInserted: 0,
  retiredTickers: 0,
  tickers: 0,
  changedTickers: 0,
  segments: { written: 0, removed: 0 },
  problems: [],
});

const badNameReport = (event: DeliveryEvent): Report => ({
  ...emptyReport(event, visible(event.detail.object.key), 'rejected'),
  rejection: {
    expected:
      'a file named {file_date}_history.csv or {file_date}_incremental.csv, like 2020-01-10_incremental.csv, in no folder or one with a plain name',
    found: quote(event.detail.object.key),
  },
});
