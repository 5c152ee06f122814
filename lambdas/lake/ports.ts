import type { DeliveriesTable } from '../adapters/deliveries-table.ts';
import type { LakePorts as TablePorts } from '../adapters/iceberg/lake-table.ts';
import type { RecordsBucket } from '../adapters/records-bucket.ts';

export type LakePorts = TablePorts & {
  records: Pick<RecordsBucket, 'get' | 'list'>;
  deliveries: Pick<DeliveriesTable, 'get' | 'all'>;
  hints: { send: (reportKeys: readonly string[]) => Promise<void> };
};
