import { compareSequencers, type DeliveryEvent, DeliveryEventType } from '../contracts/delivery-event.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import type { IngestPorts, Invocation } from './ports.ts';

/** Another invocation applies the delivery; a retry after its lease will find out how that ended. */
export class DeliveryBusy extends Error {}

/** A lease, with the record as it was before it. */
type Lease = { held: DeliveryRecord; seen: DeliveryRecord | undefined };

/**
 * Takes the lease of a delivery for one of its revisions, which becomes its current one.
 * @returns why there is nothing to do: it is done already, or a newer revision is in
 * @throws DeliveryBusy while somebody else holds the lease
 */
export async function takeLease(
  { deliveries }: Pick<IngestPorts, 'deliveries'>,
  delivery: string,
  event: DeliveryEvent,
  invocation: Invocation,
): Promise<Lease | { skip: 'repeat' | 'superseded' }> {
  const { sequencer } = event.detail.object;
  const { id, now, deadline } = invocation;
  const seen = await deliveries.get(delivery);
  if (seen) {
    if (isSuperseded(seen, event)) {
      // The newer one may yet turn out to be bad, or gone: then this one counts after all.
      refuseHeld(seen, invocation);
      return { skip: 'superseded' };
    }
    if (isDone(seen, event)) return repeat(deliveries, seen, event);
    refuseHeld(seen, invocation);
  }
  const held = await deliveries.replace(seen, {
    delivery,
    state: 'received',
    revision: sequencer,
    object: objectOf(event),
    droppedAt: event.time,
    changedAt: new Date(now()).toISOString(),
    ...(seen?.applied && { applied: seen.applied }),
    unfinished: [...new Set([...(seen?.unfinished ?? []), sequencer])],
    lease: { owner: id, until: deadline },
  });
  if (!held) throw busy(delivery, deadline);
  return { held, seen };
}

/** Where the file is that an event names. */
export const objectOf = ({ detail: { bucket, object } }: DeliveryEvent): DeliveryRecord['object'] => ({
  bucket: bucket.name,
  key: object.key,
  etag: object.etag,
  size: object.size,
  ...(object['version-id'] && { versionId: object['version-id'] }),
});

/** True where what the event asks for was done: an order once it was carried out, a content unless it was revoked since. */
function isDone({ state, revision, object }: DeliveryRecord, event: DeliveryEvent): boolean {
  if (state === 'received') return false;
  const { etag, sequencer } = event.detail.object;
  const isDropped = event['detail-type'] === DeliveryEventType.dropped;
  return isDropped ? state !== 'revoked' && object.etag === etag : revision === sequencer;
}

/**
 * The same content once more says nothing new, but that it was dropped again: what was dropped in between, and may
 * still come, is older.
 */
async function repeat(
  deliveries: IngestPorts['deliveries'],
  seen: DeliveryRecord,
  event: DeliveryEvent,
): Promise<{ skip: 'repeat' }> {
  const { sequencer: revision } = event.detail.object;
  if (revision === seen.revision || isNewer(seen, event)) return { skip: 'repeat' };
  const { tick: _tick, ...record } = seen;
  const noted = await deliveries.replace(seen, { ...record, object: objectOf(event), revision, droppedAt: event.time });
  if (!noted) throw new DeliveryBusy(`${seen.delivery} is being changed by another invocation.`);
  return { skip: 'repeat' };
}

/** Gives the delivery back as it was, for the retry or for another revision; one never seen before stays received. */
export async function dropLease(
  { deliveries }: Pick<IngestPorts, 'deliveries'>,
  held: DeliveryRecord,
  as = held,
): Promise<void> {
  const { tick: _tick, lease: _lease, ...record } = as;
  await deliveries.replace(held, { ...record, unfinished: held.unfinished });
}

/** True where a newer revision is in. One that was rejected says nothing, so an older one that is good still counts. */
function isSuperseded(seen: DeliveryRecord, event: DeliveryEvent): boolean {
  if (!isNewer(seen, event)) return false;
  if (seen.state !== 'rejected') return true;
  return seen.applied !== undefined && compareSequencers(seen.applied.revision, event.detail.object.sequencer) >= 0;
}

/** S3 orders the events of one key; `a.csv` and `a.csv.gz` are one delivery under two keys, and ordered by time. */
function isNewer(
  { object: seen, revision, droppedAt }: DeliveryRecord,
  { time, detail: { object } }: DeliveryEvent,
): boolean {
  return seen.key === object.key
    ? compareSequencers(revision, object.sequencer) > 0
    : Date.parse(droppedAt) > Date.parse(time);
}

/** @throws DeliveryBusy while somebody else holds the lease */
function refuseHeld({ delivery, lease }: DeliveryRecord, { id, now }: Invocation): void {
  if (lease && lease.owner !== id && lease.until > now()) throw busy(delivery, lease.until);
}

const busy = (delivery: string, until: number): DeliveryBusy =>
  new DeliveryBusy(
    `${delivery} is being applied by another invocation until ${new Date(until).toISOString()} at the latest.`,
  );
