import type { DeliveriesTable } from '../adapters/deliveries-table.ts';
import type { LimitsTable } from '../adapters/limits-table.ts';
import type { Mailer } from '../adapters/mailer.ts';
import type { RecordsBucket } from '../adapters/records-bucket.ts';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import type { TickersTable } from '../adapters/tickers-table.ts';
import type { LinkKeys } from '../domain/links/link-token.ts';
import type { SnapshotPorts } from '../pricing/price-snapshot.ts';
import type { PlotScripts } from './plots/plot-page.ts';

/** Ports of the routes that draw charts. */
export type ChartsPorts = SnapshotPorts & {
  tickers: Pick<TickersTable, 'all' | 'companies' | 'renames'>;
  subscribers: Pick<SubscribersTable, 'get'>;
  deliveries: Pick<DeliveriesTable, 'all'>;
  records: Pick<RecordsBucket, 'get'>;
  limits: Pick<LimitsTable, 'take'>;
  mailer: Pick<Mailer, 'turn' | 'send'>;
  linkKeys: () => Promise<LinkKeys>;
  plotScripts: PlotScripts;
  /** Called with errors that are not a Problem. */
  unexpected: (error: Error) => void;
};

export type ChartsSettings = {
  /** Relative move above which a close is suspect. */
  suspectMove: number;
  sender: string;
  webUrl: string;
  apiUrl: string;
};
