import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import { reportOutcome } from '../contracts/report.ts';
import { sayRefreshed } from './announce.ts';
import type { IngestPorts, IngestSettings } from './ports.ts';

/**
 * A revision whose report is there was applied whole, though its invocation died before that was recorded, and
 * perhaps before anybody was told of it. Tells them now, while what it changed can still be told from what is to come.
 * @param held of a later revision, or of the same one in another try
 * @returns the record as it would be, had that invocation lived
 */
export async function completeEarlier(
  ports: Pick<IngestPorts, 'records' | 'refreshed'>,
  settings: IngestSettings,
  held: DeliveryRecord,
): Promise<DeliveryRecord> {
  const earlier = held.unfinished.filter((revision) => revision !== held.revision);
  for (const [i, revision] of earlier.toReversed().entries()) {
    const bytes = await ports.records.get(recordKeys(held.delivery, revision).report);
    const outcome = bytes && reportOutcome.parse(JSON.parse(Buffer.from(bytes).toString()));
    if (!outcome || outcome.state === 'rejected') continue;
    await sayRefreshed(ports, settings, held, { ...outcome, revision });
    // It has cleared up behind all before it; those after it may have left something.
    const after = earlier.slice(earlier.length - i);
    const isRevocation = outcome.state === 'revoked';
    const applied = {
      revision,
      droppedAt: outcome.droppedAt,
      // What was revoked is what stood.
      object: (isRevocation ? held.applied?.object : undefined) ?? outcome.object ?? held.object,
      drop: outcome.drop ?? held.drop,
      ...(isRevocation && { isRevocation: true as const }),
      ...(outcome.rows && { counts: outcome.rows }),
      ...(held.applied && { replaces: true as const }),
    };
    return { ...held, applied, unfinished: [...after, held.revision] };
  }
  return held;
}
