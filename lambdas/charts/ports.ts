import type { DeliveriesTable } from '../adapters/deliveries-table.ts';
import type { LimitsTable } from '../adapters/limits-table.ts';
import type { Mailer } from '../adapters/mailer.ts';
import type { PricesTable } from '../adapters/prices-table.ts';
import type { RecordsBucket } from '../adapters/records-bucket.ts';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import type { TickersTable } from '../adapters/tickers-table.ts';
import type { RenderChart } from '../domain/chart/render-chart.ts';
import type { LinkKeys } from '../domain/links/link-token.ts';

/** What the routes that draw need of the world. */
export type ChartsPorts = {
  prices: Pick<PricesTable, 'segmentsOf'>;
  tickers: Pick<TickersTable, 'all'>;
  subscribers: Pick<SubscribersTable, 'get'>;
  deliveries: Pick<DeliveriesTable, 'all'>;
  records: Pick<RecordsBucket, 'get'>;
  limits: Pick<LimitsTable, 'take'>;
  mailer: Pick<Mailer, 'turn' | 'send'>;
  linkKeys: () => Promise<LinkKeys>;
  renderChart: RenderChart;
  now: () => number;
  warn: (message: string, details: Record<string, unknown>) => void;
  /** Told of failures nobody foresaw. */
  unexpected: (error: Error) => void;
};

export type ChartsSettings = { suspectMove: number; sender: string; webUrl: string; apiUrl: string };
