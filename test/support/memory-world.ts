import type { DigestsTable } from '../../lambdas/adapters/ledger-table.ts';
import type { RawMail, SendOutcome } from '../../lambdas/adapters/mailer.ts';
import type { DeliveryRecord } from '../../lambdas/contracts/delivery-record.ts';
import { parseSegmentKey, replacedSegmentKey, segmentKey } from '../../lambdas/contracts/keys.ts';
import { type DigestRecord, isEnough, lastTold, RECORDS_A_PAGE } from '../../lambdas/contracts/ledger-record.ts';
import type { Refreshed } from '../../lambdas/contracts/refreshed.ts';
import type { Subscriber } from '../../lambdas/contracts/subscriber.ts';
import type { StoredSegment, TickerSegments } from '../../lambdas/domain/prices/segment-version.ts';
import type { FanOutPorts } from '../../lambdas/fan-out/ports.ts';
import type { IngestPorts } from '../../lambdas/ingest/ports.ts';
import { streamOf } from './deliveries.ts';

export type SentMail = { to: string; raw: string; messageId: string; digest?: string };

/** The world in memory: what the emulators hold, without them. */
export class MemoryWorld {
  readonly objects = new Map<string, { etag: string; content: string | Buffer }>();
  readonly records = new Map<string, Buffer>();
  readonly segments = new Map<string, StoredSegment & { ticker: string }>();
  readonly deliveries = new Map<string, DeliveryRecord>();
  readonly digests = new Map<string, DigestRecord>();
  readonly tickers = new Set<string>();
  readonly subscribers: Subscriber[] = [];
  readonly messages: { message: Refreshed; delaySeconds: number }[] = [];
  readonly mails: SentMail[] = [];
  readonly warnings: string[] = [];
  /** What SES answers for an address, where it does not take the mail. */
  readonly answers = new Map<string, SendOutcome>();
  renderChart: FanOutPorts['renderChart'] = async () => Buffer.from('png');

  ports(): IngestPorts & FanOutPorts & { digests: DigestsTable } {
    return {
      drop: {
        read: async ({ key, etag }) => {
          const object = this.objects.get(key);
          return object?.etag === etag ? streamOf(object.content) : undefined;
        },
      },
      records: {
        put: async (key, body) => void this.records.set(key, Buffer.from(body)),
        get: async (key) => this.records.get(key),
        list: async (prefix) => [...this.records.keys()].filter((key) => key.startsWith(prefix)).sort(),
      },
      prices: {
        batchSize: 2,
        writeSegments: async (said, segments) => {
          for (const segment of segments) {
            this.segments.set(`${segment.ticker} ${segmentKey(segment.year, said.delivery)}`, { ...segment, ...said });
          }
        },
        keepReplaced: async (_by, segments) => {
          for (const segment of segments) {
            const key = replacedSegmentKey(segment.year, segment.delivery, segment.revision);
            this.segments.set(`${segment.ticker} ${key}`, segment);
          }
        },
        standing: async (delivery, names) =>
          names.flatMap(({ ticker, year }) => this.segments.get(`${ticker} ${segmentKey(year, delivery)}`) ?? []),
        segmentsAt: async (keys) =>
          keys.flatMap(
            ({ ticker, year, delivery }) => this.segments.get(`${ticker} ${segmentKey(year, delivery)}`) ?? [],
          ),
        segmentsOf: async (ticker, fromYear) => this.#segmentsOf(ticker, fromYear),
      },
      tickers: { add: async (tickers) => tickers.forEach((ticker) => void this.tickers.add(ticker)) },
      deliveries: {
        get: async (id) => structuredClone(this.deliveries.get(id)),
        replace: async (seen, next) => {
          if (this.deliveries.get(next.delivery)?.tick !== seen?.tick) return undefined;
          const record = structuredClone({ ...next, tick: (seen?.tick ?? 0) + 1 });
          this.deliveries.set(record.delivery, record);
          return record;
        },
      },
      refreshed: {
        send: async (messages, delaySeconds = 0) => {
          for (const message of messages) this.messages.push({ message, delaySeconds });
        },
      },
      subscribers: {
        get: async (id) => structuredClone(this.subscribers.find(({ subscriber }) => subscriber === id)),
        scanPage: async ({ segment, segments, after }, limit) => {
          const own = this.subscribers.filter((_, i) => i % segments === segment);
          const from = after ? own.findIndex(({ subscriber }) => subscriber === after) + 1 : 0;
          const page = own.slice(from, from + limit);
          return {
            subscribers: page,
            broken: [],
            after: from + limit < own.length ? page.at(-1)?.subscriber : undefined,
          };
        },
      },
      digests: this.#ledger(),
      mailer: { turn: async () => true, send: async (mail) => this.#send(mail) },
      renderChart: (model) => this.renderChart(model),
      warn: (message) => void this.warnings.push(message),
    };
  }

  #segmentsOf(ticker: string, fromYear: string): TickerSegments {
    const versions = [...this.segments]
      .filter(([, s]) => s.ticker === ticker && s.year >= fromYear)
      .map(([key, { ticker: _ticker, ...segment }]) => ({
        ...segment,
        ...parseSegmentKey(key.slice(ticker.length + 1)),
      }));
    return { standing: versions.filter(({ isReplaced, rows }) => !isReplaced && rows !== ''), versions };
  }

  /** What stands of a ticker. */
  standing = (ticker: string): StoredSegment[] => this.#segmentsOf(ticker, '0').standing;

  #ledger(): DigestsTable {
    const at = ({ subscriber, digest }: Pick<DigestRecord, 'subscriber' | 'digest'>) => `${subscriber} ${digest}`;
    const change = (key: Pick<DigestRecord, 'subscriber' | 'digest'>, changes: Partial<DigestRecord>) => {
      const record = this.digests.get(at(key));
      if (record) this.digests.set(at(key), { ...record, ...changes });
    };
    return {
      claim: async (record, seen) => {
        const there = this.digests.get(at(record));
        if (there?.claimedAt !== seen?.claimedAt || there?.state !== seen?.state) return false;
        this.digests.set(at(record), record);
        return true;
      },
      markSent: async (key, messageId, fact = {}) => {
        const record = this.digests.get(at(key));
        const isRejected = record?.state === 'refused' && record.messageId === messageId;
        if (!isRejected) change(key, { ...fact, ...known(record), state: 'sent', messageId });
      },
      markRefused: async (claim, reason) => {
        const record = this.digests.get(at(claim));
        if (record?.state === 'claimed' && record.claimedAt === claim.claimedAt)
          change(claim, { state: 'refused', reason });
      },
      markRejected: async (key, messageId, reason) => {
        const sent = this.digests.get(at(key))?.messageId;
        if (sent === undefined || sent === messageId) change(key, { state: 'refused', messageId, reason });
      },
      softBounces: async (subscriber) =>
        [...this.digests.values()].filter((r) => r.subscriber === subscriber && r.bounce?.kind === 'soft').length,
      eraseAll: async (subscriber) => {
        for (const [key, record] of this.digests) if (record.subscriber === subscriber) this.digests.delete(key);
      },
      markTaken: async (claim, messageId) => {
        await this.#ledger().markSent(claim, messageId);
        const record = this.digests.get(at(claim));
        if (record?.state !== 'sent' || record.claimedAt !== claim.claimedAt) return;
        const { earlier: _earlier, ...taken } = record;
        this.digests.set(at(claim), taken);
      },
      release: async (claim, before) => {
        const there = this.digests.get(at(claim));
        if (there?.state !== 'claimed' || there.claimedAt !== claim.claimedAt) return;
        if (before) this.digests.set(at(claim), before);
        else this.digests.delete(at(claim));
      },
      recordOf: async ({ subscriber, digest }) => {
        const own = this.digests.get(at({ subscriber, digest }));
        const records = [...this.digests.values()].filter((record) => record.subscriber === subscriber);
        const back = records.sort((a, b) => (a.digest < b.digest ? 1 : -1));
        const read: DigestRecord[] = [];
        while (read.length < back.length && !isEnough(read, digest))
          read.push(...back.slice(read.length, read.length + RECORDS_A_PAGE));
        const told = lastTold(read.filter((record) => record !== own));
        return { ...(own && { own }), ...(told && { told }) };
      },
    };
  }

  #send({ to, raw }: RawMail): SendOutcome {
    const answer = this.answers.get(to);
    if (answer && answer.status !== 'unknown') return answer;
    const messageId = `message-${this.mails.length + 1}`;
    this.mails.push({ to, raw: Buffer.from(raw).toString(), messageId });
    return answer ?? { status: 'sent', messageId };
  }
}

/** What was said of a mail first stays. */
const known = ({ deliveredAt, bounce, complainedAt }: Partial<DigestRecord> = {}): Partial<DigestRecord> => ({
  ...(deliveredAt && { deliveredAt }),
  ...(bounce && { bounce }),
  ...(complainedAt && { complainedAt }),
});

export class Fault extends Error {}

/** Ports of which the call with this number fails, once, before or after its effect. */
export function withFault<T extends object>(
  ports: T,
  failing: { call: number; when: 'before' | 'after' },
): { ports: T; calls(): number } {
  let calls = 0;
  const wrap = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, name) {
        const member = Reflect.get(target, name);
        if (typeof member === 'object' && member !== null) return wrap(member);
        if (typeof member !== 'function' || name === 'warn') return member;
        return async (...args: unknown[]) => {
          const call = calls++;
          if (call === failing.call && failing.when === 'before') throw new Fault(`before ${String(name)}`);
          const result = await member.apply(target, args);
          if (call === failing.call) throw new Fault(`after ${String(name)}`);
          return result;
        };
      },
    });
  return { ports: wrap(ports), calls: () => calls };
}

/** Ports of a process that dies behind so many calls: that one has its effect, and no other comes through any more. */
export function dyingAfter<T extends object>(ports: T, calls: number): { ports: T; made: string[] } {
  const made: string[] = [];
  const wrap = <P extends object>(port: P, path: string): P =>
    new Proxy(port, {
      get(target, name) {
        const member = Reflect.get(target, name);
        if (typeof member === 'object' && member !== null) return wrap(member, `${path}${String(name)}.`);
        if (typeof member !== 'function' || name === 'warn') return member;
        return async (...args: unknown[]) => {
          if (made.length >= calls) throw new Fault('dead');
          made.push(`${path}${String(name)}`);
          const result = await member.apply(target, args);
          if (made.length >= calls) throw new Fault('dies');
          return result;
        };
      },
    });
  return { ports: wrap(ports, ''), made };
}
