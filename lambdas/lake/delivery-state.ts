import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { isEffective, type Report } from '../contracts/report.ts';
import { RetryLater } from '../runtime/partial-batch.ts';
import type { LakePorts } from './ports.ts';

/**
 * Which rows a delivery has in the tables of prices, by the deliveries table: those of this revision, none, or those that another
 * revision brings (`other`).
 */
export type RowsNow = 'own' | 'none' | 'other';

/**
 * Asks the deliveries table whether a revision is the current one. It must be asked after the snapshot was loaded to which the rows are
 * added: the other way round, an older revision could overwrite a newer one without a conflict.
 * @throws RetryLater if the table does not know the revision yet
 */
export async function rowsNow({ deliveries }: Pick<LakePorts, 'deliveries'>, report: Report): Promise<RowsNow> {
  const record = await deliveries.get(report.delivery);
  if (!isEffective(report)) return 'other';
  if (!record?.applied) throw new RetryLater(`${report.delivery}: revision ${report.revision} is being applied.`);
  if (record.applied.revision !== report.revision) return 'other';
  return isRevocation(record) ? 'none' : 'own';
}

const isRevocation = ({ applied }: DeliveryRecord): boolean => applied?.isRevocation ?? false;
