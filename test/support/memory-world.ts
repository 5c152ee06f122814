import type { DeliveriesTable } from '../../lambdas/adapters/deliveries-table.ts';
import type { LedgerTable } from '../../lambdas/adapters/ledger-table.ts';
import type { RawMail, SendOutcome } from '../../lambdas/adapters/mailer.ts';
import type { SubscribersTable } from '../../lambdas/adapters/subscribers-table.ts';
import type { TickersTable } from '../../lambdas/adapters/tickers-table.ts';
import type { ToldAlerts } from '../../lambdas/adapters/told-alerts.ts';
import type { DeliveryRecord } from '../../lambdas/contracts/delivery-record.ts';
import type { Report } from '../../lambdas/contracts/report.ts';
import type { Subscriber } from '../../lambdas/contracts/subscriber.ts';
import { mentionedNames } from '../../lambdas/domain/prices/names.ts';
import type { StoredSegment } from '../../lambdas/domain/prices/segment-version.ts';
import type { FanOutPorts } from '../../lambdas/fan-out/ports.ts';
import type { IngestPorts } from '../../lambdas/ingest/ports.ts';
import { streamOf } from './deliveries.ts';
import { memoryDeliveries } from './memory/deliveries.ts';
import { type MemoryRecords, type MemoryTold, memoryLedger, memoryToldAlerts } from './memory/ledger.ts';
import { type MemorySegments, memoryPrices, segmentsOf } from './memory/prices.ts';
import { memoryRecords, memoryRefreshed, memoryTickers, type SentMessage } from './memory/small.ts';
import { memorySubscribers } from './memory/subscribers.ts';

/** `mail`: its id in the ledger. */
export type SentMail = { to: string; raw: string; messageId: string; mail?: string };

/** Everything outside of the functions, in memory. A contract suite compares each port with its real adapter (test/adapters). */
export class MemoryWorld {
  readonly objects = new Map<string, { etag: string; content: string | Buffer }>();
  readonly records = new Map<string, Buffer>();
  readonly segments: MemorySegments = new Map();
  readonly deliveries = new Map<string, DeliveryRecord>();
  readonly ledger: MemoryRecords = new Map();
  readonly told: MemoryTold = new Map();
  readonly tickers = new Set<string>();
  readonly declared = new Set<string>();
  readonly renames = new Set<string>();
  readonly companies = new Set<string>();
  readonly subscribers: Subscriber[] = [];
  readonly messages: SentMessage[] = [];
  readonly mails: SentMail[] = [];
  readonly warnings: string[] = [];
  /** What was logged of alerts. */
  readonly alerted: string[] = [];
  /** Outcomes that were logged. */
  readonly decided: Report[] = [];
  /** SES's answer for an address that it does not accept. */
  readonly answers = new Map<string, SendOutcome>();
  renderChart: FanOutPorts['renderChart'] = async () => Buffer.from('png');

  ports(): IngestPorts &
    FanOutPorts & {
      deliveries: DeliveriesTable;
      ledger: LedgerTable;
      subscribers: SubscribersTable;
      tickers: TickersTable;
      told: ToldAlerts;
    } {
    return {
      drop: {
        read: async ({ key, etag }) => {
          const object = this.objects.get(key);
          return object?.etag === etag ? streamOf(object.content) : undefined;
        },
      },
      records: memoryRecords(this.records),
      prices: memoryPrices(this.segments),
      tickers: memoryTickers(this.tickers, this.declared, this.renames, this.companies),
      deliveries: memoryDeliveries(this.deliveries),
      refreshed: memoryRefreshed(this.messages),
      decided: (report) => void this.decided.push(report),
      subscribers: memorySubscribers(this.subscribers),
      ledger: memoryLedger(this.ledger, this.told),
      told: memoryToldAlerts(this.told),
      mailer: { turn: async () => true, send: async (mail) => this.#send(mail) },
      renderChart: (model, form) => this.renderChart(model, form),
      alerted: (_recipient, { fires, withdrawn }) => {
        this.alerted.push(...fires.map(({ ticker, what }) => `${ticker} ${what}`));
        this.alerted.push(...withdrawn.map(({ text }) => text));
      },
      warn: (message) => void this.warnings.push(message),
    };
  }

  /** The current segments of a ticker, under all of its names. */
  current(ticker: string): StoredSegment[] {
    const names = new Set([ticker]);
    const found: StoredSegment[] = [];
    for (const name of names) {
      const { current, versions } = segmentsOf(this.segments, name, '0');
      found.push(...current);
      for (const mentioned of mentionedNames(versions)) names.add(mentioned);
    }
    return found;
  }

  #send({ to, raw }: RawMail): SendOutcome {
    const answer = this.answers.get(to);
    if (answer && answer.status !== 'unknown') return answer;
    const messageId = `message-${this.mails.length + 1}`;
    this.mails.push({ to, raw: Buffer.from(raw).toString(), messageId });
    return answer ?? { status: 'sent', messageId };
  }
}
