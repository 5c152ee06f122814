import type { Mailer } from '../adapters/mailer.ts';
import type { RecordsBucket } from '../adapters/records-bucket.ts';
import type { RefreshedQueue } from '../adapters/refreshed-queue.ts';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import type { TickersTable } from '../adapters/tickers-table.ts';
import type { ComposeSettings } from '../mailing/compose-digest.ts';
import type { MailingPorts, MailingSettings } from '../mailing/ports.ts';
import type { DigestPorts } from '../mailing/subscriber-digest.ts';
import type { SnapshotPorts, SnapshotSettings } from '../pricing/price-snapshot.ts';

export type FanOutPorts = Omit<SnapshotPorts, 'now'> &
  Omit<MailingPorts, 'mailer'> &
  DigestPorts & {
    mailer: Mailer;
    records: Pick<RecordsBucket, 'get'>;
    tickers: Pick<TickersTable, 'renames'>;
    subscribers: Pick<SubscribersTable, 'scanPage' | 'get' | 'approximateCount'>;
    refreshed: RefreshedQueue;
  };

export type FanOutSettings = SnapshotSettings &
  MailingSettings &
  ComposeSettings & {
    /** Number of invocations that run at once. */
    concurrency: number;
    /** No digest is started this long (ms) before the deadline: a running one must be able to finish. */
    timeToFinishMs: number;
  };
