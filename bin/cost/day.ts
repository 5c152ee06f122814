import { MAX_CHARTS } from '../../lambdas/domain/digest/digest.ts';
import { ITEMS_PER_SCAN_SEGMENT } from '../../lambdas/fan-out/split.ts';
import { MAX_PICTURES, MAX_TICKERS } from '../../lambdas/pricing/price-snapshot.ts';
import { PRICES, type Unit, type Units } from './list-prices.ts';
import { FIXED, MEASURED } from './measured.ts';

/** One day: files with a row per ticker, each of which changes every ticker. */
export type Day = {
  tickers: number;
  subscribers: number;
  deliveries: number;
  /** Tickers that a subscriber follows. */
  followed: number;
};

/** `ours`, or a design that it is compared with: an item per close, or a mail per ticker. */
export const DESIGNS = ['ours', 'item per row', 'mail per ticker'] as const;
export type Design = (typeof DESIGNS)[number];

const THEMES = 2;
const READ_UNIT_BYTES = 4096;
const GB = 1e9;
const DAYS_OF_MONTH = 30.4;

/** Units of a part of the pipeline. */
export type Part = { part: string; units: Units };

/** What a day takes. */
export function partsOf(day: Day, design: Design = 'ours'): Part[] {
  const { tickers, subscribers, deliveries, followed } = day;
  const isPerTicker = design === 'mail per ticker';
  const mails = deliveries * subscribers * (isPerTicker ? followed : 1);
  const charts = isPerTicker ? 1 : Math.min(followed, MAX_CHARTS);
  const messages = deliveries * Math.ceil(subscribers / ITEMS_PER_SCAN_SEGMENT);
  const message = messageOf(day);
  const readUnits = design === 'item per row' ? MEASURED.itemPerRow.readsPerTicker : MEASURED.perTickerRead.reads;
  const { perMail, perRow, perPicture, memory } = MEASURED;
  const fanOutMs = mails * perMail.fanOutMs + messages * message.pricesMs;
  const batches = (mails * perMail.events) / MEASURED.feedbackBatch.events;
  return [
    {
      part: 'ingest',
      units: {
        'DynamoDB write unit': deliveries * tickers * perRow.writes,
        'DynamoDB read unit': deliveries * tickers * perRow.reads,
        ...lambda(deliveries, deliveries * tickers * perRow.ingestMs, memory.Ingest),
        'S3 write': deliveries * 4,
        'S3 read': deliveries * 2,
        'EventBridge event': deliveries,
        'SQS request': deliveries * 6,
      },
    },
    {
      part: 'composing mails',
      units: {
        'DynamoDB write unit': mails * perMail.writes,
        'DynamoDB read unit':
          mails * perMail.reads +
          messages * message.tickersRead * readUnits +
          (deliveries * subscribers * MEASURED.subscriberBytes) / READ_UNIT_BYTES / 2,
        ...lambda(messages, fanOutMs, memory.FanOut),
        'SQS request': messages * 3,
        'CloudWatch GB of logs': (mails * perMail.logBytes) / GB,
      },
    },
    {
      part: 'sending mails',
      units: { 'SES mail': mails, 'SES GB': (mails * charts * THEMES * perPicture.bytes) / GB },
    },
    {
      part: 'feedback of SES',
      units: {
        'DynamoDB write unit': mails * perMail.eventWrites,
        ...lambda(batches, batches * MEASURED.feedbackBatch.ms, memory.Feedback),
        'SQS request': mails * perMail.events + 2 * batches,
      },
    },
    {
      part: 'alarms, firewall, secrets',
      units: Object.fromEntries(Object.entries(FIXED).map(([unit, count]) => [unit, count / DAYS_OF_MONTH])),
    },
  ];
}

/** What one message of fan-out reads and draws for its subscribers, once for all of them as far as its caches reach. */
function messageOf({ tickers, subscribers, followed }: Day): { tickersRead: number; pricesMs: number } {
  const follows = Math.min(subscribers, ITEMS_PER_SCAN_SEGMENT) * followed;
  const tickersRead = missesOf(tickers, follows, MAX_TICKERS);
  const chartsDrawn = missesOf(tickers, follows, MAX_PICTURES / THEMES);
  const { perTickerRead, perPicture } = MEASURED;
  return { tickersRead, pricesMs: tickersRead * perTickerRead.ms + chartsDrawn * THEMES * perPicture.drawMs };
}

/** Mails that one fan-out makes in a second, if SES takes them. */
export function fanOutRate(day: Day): number {
  const mails = Math.min(day.subscribers, ITEMS_PER_SCAN_SEGMENT);
  return (mails * 1000) / (mails * MEASURED.perMail.fanOutMs + messageOf(day).pricesMs);
}

/** What a history of so many rows takes, once. */
export const historyUnits = (rows: number, design: Design): Units =>
  design === 'item per row'
    ? { 'DynamoDB write unit': rows, ...lambda(1, rows * MEASURED.perRow.ingestMs, MEASURED.memory.Ingest) }
    : {
        'DynamoDB write unit': rows * MEASURED.perHistoryRow.writes,
        ...lambda(1, rows * MEASURED.perHistoryRow.ingestMs, MEASURED.memory.Ingest),
      };

export const costOf = (units: Units): number =>
  Object.entries(units).reduce((sum, [unit, count]) => sum + count * PRICES[unit as Unit], 0);

const lambda = (requests: number, ms: number, mb: number): Units => ({
  'Lambda request': requests,
  'Lambda GB-second': (ms / 1000) * (mb / 1024),
});

/**
 * How often a cache of so many tickers lacks one, if tickers are followed in proportion to 1 / their rank (Zipf): each of the popular ones
 * once, and others whenever they are asked for.
 */
export function missesOf(tickers: number, follows: number, cache: number): number {
  const ranks = Array.from({ length: tickers }, (_, i) => i + 1);
  const all = ranks.reduce((sum, rank) => sum + 1 / rank, 0);
  return ranks.reduce((sum, rank) => {
    const asked = follows / rank / all;
    return sum + (rank <= cache ? 1 - (1 - 1 / rank / all) ** follows : asked);
  }, 0);
}
