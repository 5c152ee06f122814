import { type DeliveryEvent, dropOf, isDrop, objectOf } from '../contracts/delivery-event.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { compareRevisions, isDone, isSuperseded, isUndecided, revisionOf } from '../domain/delivery/precedence.ts';
import { NotYet } from '../runtime/partial-batch.ts';
import type { IngestPorts, Invocation } from './ports.ts';

/** Another invocation applies the delivery; a retry after its lease will find out how that ended. */
export class DeliveryBusy extends NotYet {}

/** Clocks of two machines may differ by this much: a lease is taken over only so long after its end. */
const CLOCK_SKEW_MS = 60_000;
/** Nothing is written so shortly before the end of a lease: a batch that is under way must arrive before it. */
const STOP_WRITING_MS = 20_000;

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
  const { now, deadline } = invocation;
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
    drop: dropOf(event),
    droppedAt: event.time,
    changedAt: new Date(now()).toISOString(),
    ...(seen?.applied && { applied: seen.applied }),
    unfinished: [...new Set([...(seen?.unfinished ?? []), sequencer])],
    lease: leaseOf(invocation),
  });
  if (!held) throw busy(delivery, deadline);
  return { held, seen };
}

/**
 * Takes the lease of a delivery as it is, to mend its segments.
 * @throws DeliveryBusy while somebody else holds it
 */
export async function takeLeaseAsIs(
  { deliveries }: Pick<IngestPorts, 'deliveries'>,
  seen: DeliveryRecord,
  invocation: Invocation,
): Promise<DeliveryRecord> {
  refuseHeld(seen, invocation);
  const { tick: _tick, ...record } = seen;
  const held = await deliveries.replace(seen, { ...record, lease: leaseOf(invocation) });
  if (!held) throw busy(seen.delivery, invocation.deadline);
  return held;
}

const leaseOf = ({ id, deadline }: Invocation): NonNullable<DeliveryRecord['lease']> => ({
  owner: id,
  until: deadline,
});

/**
 * Called before each write, since batches carry no condition: an invocation that was paused must not overwrite what
 * somebody else has written meanwhile.
 * @throws Error shortly before the lease ends, and after it
 */
export function checkLease({ now, deadline }: Invocation): void {
  if (now() > deadline - STOP_WRITING_MS)
    throw new Error('Out of time: the lease of the delivery is about to end. The next try starts over.');
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
  // An order is no content, and its repeat is this very revision.
  if (revision === seen.revision || !isDrop(event) || compareRevisions(seen, revisionOf(event)) > 0)
    return { skip: 'repeat' };
  const { tick: _tick, applied, ...record } = seen;
  const again = { object: objectOf(event), drop: dropOf(event) };
  const noted = await deliveries.replace(seen, {
    ...record,
    ...again,
    revision,
    droppedAt: event.time,
    ...(applied && { applied: { ...applied, ...again, repeatedBy: revision } }),
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

/** @throws DeliveryBusy while a revision was begun of which nobody knows yet how it ends */
function refuseUndecided(seen: DeliveryRecord, invocation: Invocation): void {
  refuseHeld(seen, invocation);
  if (isUndecided(seen))
    throw new DeliveryBusy(`${seen.delivery}: a newer revision, ${seen.revision}, is to be tried again first.`);
}

/** @throws DeliveryBusy while somebody else holds the lease */
function refuseHeld({ delivery, lease }: DeliveryRecord, { id, now }: Invocation): void {
  if (lease && lease.owner !== id && lease.until + CLOCK_SKEW_MS > now()) throw busy(delivery, lease.until);
}

const busy = (delivery: string, until: number): DeliveryBusy =>
  new DeliveryBusy(
    `${delivery} is being applied by another invocation until ${new Date(until).toISOString()} at the latest.`,
  );
