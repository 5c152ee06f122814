import { readAllManifests, readManifest } from '../adapters/manifests.ts';
import { readProfile } from '../adapters/profiles.ts';
import { readReport } from '../adapters/reports.ts';
import { parseDeliveryId } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { isEffective } from '../contracts/report.ts';
import { BEFORE_ALL, type RevisionId } from '../contracts/revision.ts';
import { allSegments, changedSegments, type Manifest, manifestOf } from '../domain/delivery/manifest.ts';
import { SegmentPacker } from '../domain/delivery/segment-packer.ts';
import { NO_PROFILE } from '../domain/vendor-file/reading-file.ts';
import type { Invocation } from '../runtime/invocation.ts';
import { sendRefreshed } from './announce.ts';
import { DeliveryBusy, releaseLease, takeLeaseOnly } from './lease.ts';
import type { IngestPorts } from './ports.ts';
import { readFile } from './read-file.ts';
import { differingSegments, replaceSegments } from './replace-segments.ts';

/** The file was within the limits when it was applied. The limits may have changed since. */
const NO_LIMITS = { maxRejectedShare: 1, maxFileBytes: Number.POSITIVE_INFINITY };

/**
 * Repairs segments that a superseded revision overwrote. Its invocation may have been paused, and have written batches after its lease
 * ended. When its message is retried, the table is compared with the applied manifest and repaired from the applied file.
 * @throws Error if that file no longer exists or reads differently now
 * @throws DeliveryBusy while the delivery is being changed
 */
export async function repairOverwritten(
  ports: IngestPorts,
  { id, revision }: { id: string; revision: RevisionId },
  invocation: Invocation,
): Promise<void> {
  const written = await readManifest(ports.records, id, revision);
  const seen = written && (await ports.deliveries.get(id));
  if (!seen || seen.applied?.revision === revision) return;
  if (seen.announce) throw new DeliveryBusy(`${id}: the announcement of ${seen.revision} must be published first.`);
  // Wait for unfinished revisions: if one is applied, it repairs everything; it may also be rejected or gone.
  if (seen.unfinished.length > 0)
    throw new DeliveryBusy(`${id}: ${seen.unfinished.join(', ')} must be retried before its segments are compared.`);
  const { applied = BEFORE_ALL } = seen;
  const manifest = (seen.applied && (await readManifest(ports.records, id, applied.revision))) ?? {};
  const all = allSegments(await readAllManifests(ports.records, id));
  // If this revision was applied before the newer one, unchanged segments may have its id. Otherwise no segment may.
  const own = await readReport(ports.records, { delivery: id, revision });
  const invalid = own && isEffective(own) ? [] : [revision];
  const names = await differingSegments(ports, id, { names: all, manifest, invalid });
  if (names.size === 0) return;
  const held = await takeLeaseOnly(ports, seen, invocation);
  try {
    const packer = await appliedRows(ports, held, manifest);
    const writing = { delivery: id, revision: applied.revision, knownAt: applied.knownAt, unfinished: [revision] };
    await replaceSegments(ports, writing, packer, names, { isFirst: false, invocation });
    // Fan-out may have read the overwritten prices, and found no change. The ledger prevents duplicate mails.
    const report = await readReport(ports.records, writing);
    if (report) await sendRefreshed(ports, { ...report, replaces: true });
  } finally {
    await releaseLease(ports, held);
  }
}

/** The rows of the applied revision, read from its file again. */
async function appliedRows(
  { drop, records }: IngestPorts,
  { delivery, applied }: DeliveryRecord,
  manifest: Manifest,
): Promise<SegmentPacker> {
  if (!applied || applied.isRevocation) return new SegmentPacker();
  const body = await drop.read(applied.file);
  if (!body || body === 'locked')
    throw new Error(
      `${delivery}: a paused invocation has overwritten segments, and the applied file can no longer be read. Upload it again.`,
    );
  const id = parseDeliveryId(delivery);
  const profile = applied.profile > 0 ? await readProfile(records, id.feed, applied.profile) : NO_PROFILE;
  const { packer } = await readFile(body, id, { ...NO_LIMITS, profile }, applied.file.size);
  if (changedSegments([manifest], manifestOf(packer.segments()).manifest).size > 0)
    throw new Error(
      `${delivery}: a paused invocation has overwritten segments, and the applied file reads differently than when it was applied. Replay the delivery.`,
    );
  return packer;
}
