import type { DeliveryEvent } from '../contracts/delivery-event.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { revisionKey } from '../contracts/revision.ts';
import { compareRevisions, isAlreadyHandled, isInProgress, isSuperseded } from '../domain/delivery/precedence.ts';
import type { Invocation } from '../runtime/invocation.ts';
import { RetryLater } from '../runtime/partial-batch.ts';
import { publishAnnouncement } from './announce.ts';
import type { IngestPorts } from './ports.ts';

/** The delivery is leased or was changed by another invocation, or another revision must end first: retry later. */
export class DeliveryBusy extends RetryLater {}

/** Clocks of two machines may differ by this much: an expired lease is taken over only after this time. */
const CLOCK_SKEW_MS = 60_000;
/** No write starts this shortly before the end of a lease: a running batch must arrive before it. */
const STOP_WRITING_MS = 20_000;

type LeasePorts = Pick<IngestPorts, 'deliveries' | 'records' | 'refreshed' | 'decided'>;

/** The leased record, and the record before it. */
type Lease = { held: DeliveryRecord; seen: DeliveryRecord | undefined };

/**
 * Takes the lease of a delivery for one revision, which becomes the current one. A pending announcement of an earlier revision is
 * published first, before anything changes.
 * @param profile version of the feed's profile under which the file is read
 * @returns why there is nothing to apply: `repeat` (already handled) or `superseded` (a newer revision is applied or revoked)
 * @throws DeliveryBusy while another invocation has the lease, or a newer revision is in progress
 */
export async function takeLease(
  ports: LeasePorts,
  delivery: string,
  event: DeliveryEvent,
  profile: number,
  invocation: Invocation,
): Promise<Lease | { skip: 'repeat' | 'superseded' }> {
  const seen = await readAnnounced(ports, delivery, invocation);
  if (seen) {
    if (isSuperseded(seen, event)) {
      // The newer revision may still be rejected or gone. Then this one is valid.
      refuseInProgress(seen, invocation);
      return { skip: 'superseded' };
    }
    refuseLeased(seen, invocation);
    if (isAlreadyHandled(seen, event, profile)) return repeat(ports.deliveries, seen, event);
  }
  const held = await ports.deliveries.replace(seen, {
    delivery,
    state: 'received',
    revision: event.revision,
    file: event.file,
    upload: event.upload,
    profile,
    knownAt: knownAtFor(delivery, event, seen?.applied),
    changedAt: new Date(invocation.now()).toISOString(),
    ...(seen?.applied && { applied: seen.applied }),
    ...(seen?.held && { held: seen.held }),
    unfinished: [...new Set([...(seen?.unfinished ?? []), event.revision])],
    lease: leaseOf(invocation),
  });
  if (!held) throw new DeliveryBusy(`${delivery} was changed by another invocation.`);
  return { held, seen };
}

/** Reads a delivery, and publishes its pending announcement. @throws DeliveryBusy while another invocation changes it */
async function readAnnounced(
  ports: LeasePorts,
  delivery: string,
  invocation: Invocation,
): Promise<DeliveryRecord | undefined> {
  const seen = await ports.deliveries.get(delivery);
  if (!seen?.announce) return seen;
  refuseLeased(seen, invocation);
  const published = await publishAnnouncement(ports, seen);
  if (!published) throw new DeliveryBusy(`${delivery} is being changed by another invocation.`);
  return published;
}

/** Revisions are ordered by this time. It is always later than that of the applied revision, even if the upload is older. */
function knownAtFor(delivery: string, { revision, at }: DeliveryEvent, applied: DeliveryRecord['applied']): string {
  if (!applied || applied.revision === revision) return at;
  const isLater = revisionKey({ delivery, revision, knownAt: at }) > revisionKey({ ...applied, delivery });
  return isLater ? at : new Date(Date.parse(applied.knownAt) + 1).toISOString();
}

/**
 * Takes the lease of a delivery without changing its revision, to repair its segments.
 * @throws DeliveryBusy while another invocation holds it
 */
export async function takeLeaseOnly(
  { deliveries }: Pick<IngestPorts, 'deliveries'>,
  seen: DeliveryRecord,
  invocation: Invocation,
): Promise<DeliveryRecord> {
  refuseLeased(seen, invocation);
  const { version: _version, ...record } = seen;
  const held = await deliveries.replace(seen, { ...record, lease: leaseOf(invocation) });
  if (!held) throw new DeliveryBusy(`${seen.delivery} was changed by another invocation.`);
  return held;
}

const leaseOf = ({ id, deadline }: Invocation): NonNullable<DeliveryRecord['lease']> => ({
  owner: id,
  until: deadline,
});

/**
 * Must be called before each write: batches have no condition, and an invocation that was paused must not overwrite newer segments.
 * @throws Error shortly before the lease ends, and afterwards
 */
export function checkLease({ now, deadline }: Invocation): void {
  if (now() > deadline - STOP_WRITING_MS)
    throw new Error('Out of time: the lease of the delivery is about to end. The next try starts over.');
}

/** Same content uploaded again: record it as the newest upload, so that older ones that arrive late are superseded. */
async function repeat(
  deliveries: IngestPorts['deliveries'],
  seen: DeliveryRecord,
  { kind, revision, file, upload, at }: DeliveryEvent,
): Promise<{ skip: 'repeat' }> {
  const isNewest = compareRevisions(seen, { revision, upload }) <= 0;
  if (revision === seen.revision || kind === 'command' || !isNewest) return { skip: 'repeat' };
  const { version: _version, applied, ...record } = seen;
  const recorded = await deliveries.replace(seen, {
    ...record,
    file,
    upload,
    revision,
    knownAt: at,
    ...(applied && { applied: { ...applied, file, upload, repeatedBy: revision } }),
  });
  if (!recorded) throw new DeliveryBusy(`${seen.delivery} is being changed by another invocation.`);
  return { skip: 'repeat' };
}

/**
 * Ends the lease.
 * @param as the record to leave: the held one for a retry, or an earlier one
 * @returns false if another invocation has changed the record
 */
export async function releaseLease(
  { deliveries }: Pick<IngestPorts, 'deliveries'>,
  held: DeliveryRecord,
  as: DeliveryRecord = held,
): Promise<boolean> {
  const { version: _version, lease: _lease, ...record } = as;
  return (await deliveries.replace(held, record)) !== undefined;
}

/** @throws DeliveryBusy while a newer revision is in progress */
function refuseInProgress(seen: DeliveryRecord, invocation: Invocation): void {
  refuseLeased(seen, invocation);
  if (isInProgress(seen))
    throw new DeliveryBusy(
      `${seen.delivery}: a newer revision, ${seen.revision}, is in progress. It is retried first.`,
    );
}

/** @throws DeliveryBusy while another invocation holds the lease */
function refuseLeased({ delivery, lease }: DeliveryRecord, { id, now }: Invocation): void {
  if (lease && lease.owner !== id && lease.until + CLOCK_SKEW_MS > now()) throw busy(delivery, lease.until);
}

const busy = (delivery: string, until: number): DeliveryBusy =>
  new DeliveryBusy(`${delivery} is leased by another invocation until ${new Date(until).toISOString()} at the latest.`);
