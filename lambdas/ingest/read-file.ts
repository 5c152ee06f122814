import { COLLECTED_DATASETS } from '../../datasets/collected.ts';
import { type DeliveryId, recordFolderOf } from '../contracts/delivery-id.ts';
import { readRecords } from '../domain/records/read-records.ts';
import { readDelivery } from '../domain/vendor-file/read-delivery.ts';
import type { ReadDelivery } from '../domain/vendor-file/read-result.ts';
import type { ReadSettings } from '../domain/vendor-file/reading-file.ts';

/** Reads a file of prices or declarations, or of records of a dataset. @param size of the file (bytes) */
export function readFile(
  body: AsyncIterable<Uint8Array>,
  delivery: DeliveryId,
  settings: ReadSettings,
  size: number,
): Promise<ReadDelivery> {
  const folder = recordFolderOf(delivery);
  return folder
    ? readRecords(body, COLLECTED_DATASETS[folder], settings)
    : readDelivery(body, delivery, settings, size);
}
