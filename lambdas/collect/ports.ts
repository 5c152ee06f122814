import type { ApiKeys } from '../adapters/api-keys.ts';
import type { MarketApi } from '../adapters/market-api.ts';
import type { OwnFiles } from '../adapters/own-files.ts';
import type { PricesTable } from '../adapters/prices-table.ts';
import type { RecordsBucket } from '../adapters/records-bucket.ts';
import type { RunsTable } from '../adapters/runs-table.ts';
import type { CollectRequest } from '../contracts/collect.ts';
import type { RunRecord } from '../contracts/run-record.ts';

export type CollectPorts = {
  api: MarketApi;
  keys: { of: ApiKeys };
  files: OwnFiles;
  records: Pick<RecordsBucket, 'put' | 'putNew' | 'get' | 'list'>;
  runs: RunsTable;
  /** Of a check, the closes that it is compared with. */
  prices: Pick<PricesTable, 'segmentsOf'>;
  /** Hands a run on to the next invocation. */
  again: { send: (request: CollectRequest) => Promise<void> };
  /** Waits so many ms. */
  wait: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  random: () => number;
  /** Called while a run goes on, and at its end. */
  progress: (record: RunRecord) => void;
};
