import type { DigestsTable } from '../adapters/ledger-table.ts';
import type { Mailer } from '../adapters/mailer.ts';
import type { PricesTable } from '../adapters/prices-table.ts';
import type { RecordsBucket } from '../adapters/records-bucket.ts';
import type { RefreshedQueue } from '../adapters/refreshed-queue.ts';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import type { RenderChart } from '../domain/chart/render-chart.ts';
import type { LinkKeys } from '../domain/links/link-token.ts';

/** What fan-out needs of the world. */
export type FanOutPorts = {
  records: Pick<RecordsBucket, 'get'>;
  prices: Pick<PricesTable, 'segmentsOf'>;
  subscribers: Pick<SubscribersTable, 'scanPage' | 'get'>;
  digests: Omit<DigestsTable, 'eraseAll' | 'softBounces' | 'markRejected'>;
  mailer: Mailer;
  refreshed: RefreshedQueue;
  renderChart: RenderChart;
  warn: (message: string, details: Record<string, unknown>) => void;
};

export type FanOutSettings = {
  /** Relative move above which a close is suspect. */
  suspectMove: number;
  /** Seconds until a claim that nothing has settled may be sent again. */
  claimSettlesAfter: number;
  /** What is under way when time runs short must still end: no new digest is begun this long (ms) before the deadline. */
  timeToEndMs: number;
  sender: string;
  webUrl: string;
  apiUrl: string;
  linkKeys: LinkKeys;
};

/** One invocation: who it is, what time it is and when it ends (ms since 1970). */
export type Invocation = { id: string; now: () => number; deadline: number };
