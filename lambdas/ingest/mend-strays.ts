import { parseDeliveryId } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { allSegments, type SegmentNames } from '../domain/deliveries/manifest.ts';
import { SegmentPacker } from '../domain/deliveries/segment-packer.ts';
import { dropLease, takeLeaseAsIs } from './lease.ts';
import { readManifest } from './manifests.ts';
import type { IngestPorts, IngestSettings, Invocation } from './ports.ts';
import { readDelivery } from './read-delivery.ts';
import { batches, namesIn, replaceSegments } from './replace-segments.ts';

/**
 * A superseded revision that had begun may have been paused, and have written a batch after it lost its lease. Its
 * message comes back: then its segments are looked for, and what stands is written again from the applied file.
 * @throws Error where that file is gone, and DeliveryBusy while the delivery is being changed
 */
export async function mendStrays(
  ports: IngestPorts,
  settings: IngestSettings,
  { id, revision }: { id: string; revision: string },
  invocation: Invocation,
): Promise<void> {
  const manifest = await readManifest(ports.records, id, revision);
  const seen = manifest && (await ports.deliveries.get(id));
  // What is applied stands rightly; what is unfinished is cleared up by the next revision.
  if (!seen || seen.applied?.revision === revision || seen.unfinished.includes(revision)) return;
  const strays = await straysOf(ports, id, revision, allSegments([manifest]));
  if (strays.size === 0) return;
  const held = await takeLeaseAsIs(ports, seen, invocation);
  try {
    const applied = held.applied ?? { revision, droppedAt: held.droppedAt };
    const said = { delivery: id, revision: applied.revision, droppedAt: applied.droppedAt, unfinished: [revision] };
    const packer = await appliedRows(ports, settings, held);
    await replaceSegments(ports, said, packer, strays, { isFirst: false, invocation });
  } finally {
    await dropLease(ports, held);
  }
}

/** Segments that stand in the name of a revision that is not applied. */
async function straysOf(
  { prices }: IngestPorts,
  delivery: string,
  revision: string,
  names: SegmentNames,
): Promise<SegmentNames> {
  const strays: SegmentNames = new Map();
  for (const batch of batches(namesIn(names), prices.batchSize))
    for (const { ticker, year, rows, ...segment } of await prices.standing(delivery, batch))
      if (segment.revision === revision && rows !== '') strays.set(ticker, (strays.get(ticker) ?? new Set()).add(year));
  return strays;
}

/** What the applied revision of a delivery says, read from its file again. */
async function appliedRows(
  { drop }: IngestPorts,
  settings: IngestSettings,
  { delivery, applied }: DeliveryRecord,
): Promise<SegmentPacker> {
  if (!applied || applied.isRevocation) return new SegmentPacker();
  const body = await drop.read(applied.object);
  if (!body)
    throw new Error(
      `${delivery}: an invocation that was paused has overwritten segments, and the file is gone. Drop it again.`,
    );
  const { packer } = await readDelivery(body, parseDeliveryId(delivery), settings, applied.object.size);
  return packer;
}
