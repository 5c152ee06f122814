import type { DeliveriesTable } from '../adapters/deliveries-table.ts';
import type { DropBucket } from '../adapters/drop-bucket.ts';
import type { PricesTable } from '../adapters/prices-table.ts';
import type { RecordsBucket } from '../adapters/records-bucket.ts';
import type { RefreshedQueue } from '../adapters/refreshed-queue.ts';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import type { TickersTable } from '../adapters/tickers-table.ts';
import type { Report } from '../contracts/report.ts';

export type IngestPorts = {
  drop: DropBucket;
  records: RecordsBucket;
  prices: PricesTable;
  subscribers: Pick<SubscribersTable, 'scanPage'>;
  tickers: Pick<TickersTable, 'add' | 'addCompanies' | 'addDeclared' | 'declared'>;
  deliveries: Pick<DeliveriesTable, 'get' | 'replace'>;
  refreshed: RefreshedQueue;
  /** Logs and counts a decided revision. Called at least once for each, before its announcement is cleared. */
  decided: (report: Report) => void;
};

export type IngestSettings = {
  /** Share of bad rows (0 to 1) above which a file is rejected. */
  maxRejectedShare: number;
  /** Bytes of a file, and of its unpacked text, above which it is rejected: more does not fit into memory. */
  maxFileBytes: number;
};
