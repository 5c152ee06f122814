import {
  compareSequencers,
  type DeliveryEvent,
  isAboutSameDrop,
  isDrop,
  objectOf,
} from '../contracts/delivery-event.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { NotYet } from '../partial-batch.ts';
import type { IngestPorts, Invocation } from './ports.ts';

/** Another invocation applies the delivery; a retry after its lease will find out how that ended. */
export class DeliveryBusy extends NotYet {}

/** A lease, with the record as it was before it. */
type Lease = { held: DeliveryRecord; seen: DeliveryRecord | undefined };

/**
 * Takes the lease of a delivery for one of its revisions, which becomes its current one.
 * @returns why there is nothing to do: it is done already, or a newer revision is in
 * @throws DeliveryBusy while somebody else holds the lease, or a newer revision is not decided
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
      refuseUndecided(seen, invocation);
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
    drop: isDrop(event) || !seen ? dropOf(event) : seen.drop,
    droppedAt: event.time,
    changedAt: new Date(now()).toISOString(),
    ...(seen?.applied && { applied: seen.applied }),
    unfinished: [...new Set([...(seen?.unfinished ?? []), sequencer])],
    lease: { owner: id, until: deadline },
  });
  if (!held) throw busy(delivery, deadline);
  return { held, seen };
}

const dropOf = ({ time, detail: { object } }: DeliveryEvent): DeliveryRecord['drop'] => ({
  key: object.key,
  droppedAt: time,
});

/** True where what the event asks for was done: an order once it was carried out, a content unless it was revoked since. */
function isDone({ state, revision, object }: DeliveryRecord, event: DeliveryEvent): boolean {
  if (state === 'received') return false;
  const { etag, sequencer } = event.detail.object;
  return isDrop(event) ? state !== 'revoked' && object.etag === etag : revision === sequencer;
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
  const { tick: _tick, applied, ...record } = seen;
  const again = { object: objectOf(event), drop: dropOf(event) };
  const stands = seen.state === 'applied' ? { ...again, repeatedBy: revision } : {};
  const noted = await deliveries.replace(seen, {
    ...record,
    ...again,
    revision,
    droppedAt: event.time,
    ...(applied && { applied: { ...applied, ...stands } }),
  });
  if (!noted) throw new DeliveryBusy(`${seen.delivery} is being changed by another invocation.`);
  return { skip: 'repeat' };
}

/** Gives the delivery back for the retry; `as` it was, where there is nothing to retry. */
export async function dropLease(
  { deliveries }: Pick<IngestPorts, 'deliveries'>,
  held: DeliveryRecord,
  as: DeliveryRecord = held,
): Promise<void> {
  const { tick: _tick, lease: _lease, ...record } = as;
  await deliveries.replace(held, record);
}

/** True where a newer revision is in. One that was rejected, or gone, says nothing: an older one that is good counts. */
function isSuperseded(seen: DeliveryRecord, event: DeliveryEvent): boolean {
  if (!isNewer(seen, event)) return false;
  const { state, applied, unfinished } = seen;
  const isGone = state === 'received' && unfinished.length === 0;
  if (state !== 'rejected' && !isGone) return true;
  if (!applied) return false;
  const revision = applied.repeatedBy ?? applied.revision;
  return revision === event.detail.object.sequencer || isNewer({ drop: applied.drop, revision }, event);
}

/**
 * S3 orders the events of one key; `a.csv` and `a.csv.gz` are one delivery under two keys, and ordered by when they
 * were dropped. An order is overtaken by any file that was not seen when it was given.
 */
function isNewer({ drop, revision }: Pick<DeliveryRecord, 'drop' | 'revision'>, event: DeliveryEvent): boolean {
  const { key, sequencer } = event.detail.object;
  const isLater = compareSequencers(revision, sequencer) > 0;
  if (!isDrop(event)) return isLater || !isAboutSameDrop(sequencer, revision);
  return drop.key === key ? isLater : Date.parse(drop.droppedAt) > Date.parse(event.time);
}

/** @throws DeliveryBusy while a revision was begun of which nobody knows yet how it ends */
function refuseUndecided(seen: DeliveryRecord, invocation: Invocation): void {
  refuseHeld(seen, invocation);
  if (seen.state === 'received' && seen.unfinished.includes(seen.revision))
    throw new DeliveryBusy(`${seen.delivery}: a newer revision, ${seen.revision}, is to be tried again first.`);
}

/** @throws DeliveryBusy while somebody else holds the lease */
function refuseHeld({ delivery, lease }: DeliveryRecord, { id, now }: Invocation): void {
  if (lease && lease.owner !== id && lease.until > now()) throw busy(delivery, lease.until);
}

const busy = (delivery: string, until: number): DeliveryBusy =>
  new DeliveryBusy(
    `${delivery} is being applied by another invocation until ${new Date(until).toISOString()} at the latest.`,
  );
