import type { CollectQueue } from '../adapters/collect-queue.ts';
import type { DeclarationFiles } from '../adapters/declaration-files.ts';
import type { DeliveriesQueue } from '../adapters/deliveries-queue.ts';
import type { DeliveriesTable } from '../adapters/deliveries-table.ts';
import type { LedgerTable } from '../adapters/ledger-table.ts';
import type { LimitsTable } from '../adapters/limits-table.ts';
import type { Mailer } from '../adapters/mailer.ts';
import type { PricesTable } from '../adapters/prices-table.ts';
import type { Queues } from '../adapters/queues.ts';
import type { RecordsBucket } from '../adapters/records-bucket.ts';
import type { RunsTable } from '../adapters/runs-table.ts';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import type { TickersTable } from '../adapters/tickers-table.ts';
import type { ToldAlerts } from '../adapters/told-alerts.ts';
import type { TriedFiles } from '../adapters/tried-files.ts';
import type { UploadLinks } from '../adapters/upload-links.ts';
import type { UserPool } from '../adapters/user-pool.ts';
import type { CalendarOverrides } from '../contracts/calendar-overrides.ts';
import type { PlannedCollector } from '../contracts/collectors.ts';
import type { FeedSchedule } from '../contracts/feed-schedules.ts';
import type { LinkKeys } from '../domain/links/link-token.ts';

export type ApiPorts = {
  subscribers: Omit<SubscribersTable, 'approximateCount' | 'stop' | 'countSoftBounces'>;
  prices: Pick<PricesTable, 'segmentsOf' | 'segmentsAt'>;
  tickers: Pick<TickersTable, 'all' | 'companies' | 'declared'>;
  deliveries: Pick<DeliveriesTable, 'get' | 'all'>;
  commands: DeliveriesQueue;
  declarations: DeclarationFiles;
  tried: TriedFiles;
  uploads: UploadLinks;
  ledger: Pick<LedgerTable, 'eraseAll' | 'get'>;
  told: Pick<ToldAlerts, 'get' | 'all'>;
  records: Pick<RecordsBucket, 'get' | 'list' | 'putNew'>;
  runs: Pick<RunsTable, 'last' | 'usedOn' | 'requestOf'>;
  collect: CollectQueue;
  queues: Queues;
  limits: LimitsTable;
  mailer: Pick<Mailer, 'turn' | 'send'>;
  /** Absent if the platform team has an issuer of its own. */
  accounts?: UserPool;
  linkKeys: () => Promise<LinkKeys>;
  now: () => number;
  /** The id of a new alert. */
  newId: () => string;
  /** Called with errors that are not a Problem. */
  unexpected: (error: Error) => void;
};

export type ApiSettings = {
  /** Relative move above which a close is suspect. */
  suspectMove: number;
  /** Limits of ingest, see IngestSettings: a file is tried under the same ones. */
  maxRejectedShare: number;
  maxFileBytes: number;
  sender: string;
  webUrl: string;
  apiUrl: string;
  /** What is collected by schedule. */
  collectors: readonly PlannedCollector[];
  /** When the files of feeds are due. */
  feeds: readonly FeedSchedule[];
  calendarOverrides: CalendarOverrides;
};
