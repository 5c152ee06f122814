import { parseDeliveryId } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { BEFORE_ALL } from '../contracts/keys.ts';
import { allSegments, changedSegments, type Manifest, manifestOf } from '../domain/delivery/manifest.ts';
import { SegmentPacker } from '../domain/delivery/segment-packer.ts';
import { sayRefreshed } from './announce.ts';
import { DeliveryBusy, dropLease, takeLeaseAsIs } from './lease.ts';
import { readAllManifests, readManifest } from './manifests.ts';
import type { IngestPorts, IngestSettings, Invocation } from './ports.ts';
import { readDelivery } from './read-delivery.ts';
import { deviatingSegments, replaceSegments } from './replace-segments.ts';
import { readReport } from './report.ts';

/** It was applied: whatever the limits are now, it was within them. */
const NO_LIMITS = { maxRejectedShare: 1, maxFileBytes: Number.POSITIVE_INFINITY };

/**
 * A superseded revision that had begun may have been paused, and have written a batch after it lost its lease. Its
 * message comes back: then the table is compared with what is applied, and mended from the applied file.
 * @throws Error where that file is gone or reads otherwise now, and DeliveryBusy while the delivery is being changed
 */
export async function mendStrays(
  ports: IngestPorts,
  settings: IngestSettings,
  { id, revision }: { id: string; revision: string },
  invocation: Invocation,
): Promise<void> {
  const stray = await readManifest(ports.records, id, revision);
  const seen = stray && (await ports.deliveries.get(id));
  // What is applied stands rightly.
  if (!seen || seen.applied?.revision === revision) return;
  // What is unfinished may be applied, and then mends; or end otherwise, and then does not.
  if (seen.unfinished.length > 0)
    throw new DeliveryBusy(
      `${id}: ${seen.unfinished.join(', ')} is to be tried again before its segments are compared.`,
    );
  const { applied = BEFORE_ALL } = seen;
  const said = (seen.applied && (await readManifest(ports.records, id, applied.revision))) ?? {};
  const all = allSegments(await readAllManifests(ports.records, id));
  // With a report it was whole, and applied before the newer one came: what stands in its name stands rightly.
  const wasWhole = (await readReport(ports, { delivery: id, revision })) !== undefined;
  const names = await deviatingSegments(ports, id, { names: all, said, strays: wasWhole ? [] : [revision] });
  if (names.size === 0) return;
  const held = await takeLeaseAsIs(ports, seen, invocation);
  try {
    const packer = await appliedRows(ports, held, said);
    const own = { delivery: id, revision: applied.revision, droppedAt: applied.droppedAt, unfinished: [revision] };
    await replaceSegments(ports, own, packer, names, { isFirst: false, invocation });
    // Fan-out may have looked meanwhile, and found nothing changed; the ledger knows who has a mail.
    const report = await readReport(ports, own);
    if (report) await sayRefreshed(ports, settings, held, report);
  } finally {
    await dropLease(ports, held);
  }
}

/** What the applied revision of a delivery says, read from its file again. */
async function appliedRows(
  { drop }: IngestPorts,
  { delivery, applied }: DeliveryRecord,
  said: Manifest,
): Promise<SegmentPacker> {
  if (!applied || applied.isRevocation) return new SegmentPacker();
  const body = await drop.read(applied.object);
  if (!body)
    throw new Error(
      `${delivery}: an invocation that was paused has overwritten segments, and the applied file is gone. Drop it again.`,
    );
  const { packer } = await readDelivery(body, parseDeliveryId(delivery), NO_LIMITS, applied.object.size);
  if (changedSegments([said], manifestOf(packer.segments()).manifest).size > 0)
    throw new Error(
      `${delivery}: an invocation that was paused has overwritten segments, and the applied file reads otherwise than when it was applied. Replay the delivery.`,
    );
  return packer;
}
