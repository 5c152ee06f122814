import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import type { Report } from '../contracts/report.ts';
import type { IngestPorts, IngestSettings } from './ports.ts';

/**
 * Says that a revision is in, once for each segment of the subscribers; nothing where it changed nothing. May be
 * repeated: the ledger knows who has been told.
 */
export async function sayRefreshed(
  { refreshed }: Pick<IngestPorts, 'refreshed'>,
  { fanOutSegments: segments }: IngestSettings,
  { delivery, applied }: Pick<DeliveryRecord, 'delivery' | 'applied'>,
  { revision, droppedAt, changedTickers }: Pick<Report, 'revision' | 'droppedAt' | 'changedTickers'>,
): Promise<void> {
  if (changedTickers === 0) return;
  const { changes } = recordKeys(delivery, revision);
  const message = { delivery, revision, droppedAt, changes, segments, ...(applied && { replaces: true }) };
  await refreshed.send(Array.from({ length: segments }, (_, segment) => ({ ...message, segment })));
}
