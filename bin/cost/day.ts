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

const MAX_CHARTS = 12;
const THEMES = 2;
const READ_UNIT_BYTES = 4096;
const GB = 1e9;
const DAYS_OF_MONTH = 30.4;

/** Cost (USD) of a part of the pipeline by unit. */
export type Part = { part: string; units: Units };

/** What a day takes. */
export function partsOf(day: Day, design: Design = 'ours'): Part[] {
  const { tickers, subscribers, deliveries } = day;
  const isPerTicker = design === 'mail per ticker';
  const mails = deliveries * subscribers * (isPerTicker ? day.followed : 1);
  const charts = isPerTicker ? 1 : Math.min(day.followed, MAX_CHARTS);
  const segments = deliveries * Math.ceil(subscribers / MEASURED.scanSegment);
  const read = distinctTickers(tickers, Math.min(subscribers, MEASURED.scanSegment) * day.followed);
  const readUnits = design === 'item per row' ? MEASURED.itemPerRow.readsPerTicker : MEASURED.perTickerRead.reads;
  const { perMail, perRow, perPicture, perTickerRead, memory } = MEASURED;
  const ingestMs = deliveries * tickers * perRow.ingestMs;
  const fanOutMs = mails * perMail.fanOutMs + segments * read * (perTickerRead.ms + THEMES * perPicture.drawMs);
  const batches = (mails * perMail.events) / MEASURED.feedbackBatch.events;
  return [
    {
      part: 'ingest',
      units: {
        'DynamoDB write unit': deliveries * tickers * perRow.writes,
        'DynamoDB read unit': deliveries * tickers * perRow.reads,
        ...lambda(deliveries, ingestMs, memory.ingest),
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
          segments * read * readUnits +
          (deliveries * subscribers * MEASURED.subscriberBytes) / READ_UNIT_BYTES / 2,
        ...lambda(segments, fanOutMs, memory.fanOut),
        'SQS request': segments * 3,
        'CloudWatch GB of logs': (mails * perMail.logBytes) / GB,
      },
    },
    {
      part: 'sending mails',
      units: { 'SES mail': mails, 'SES GB': (mails * (perMail.bytes + charts * THEMES * perPicture.bytes)) / GB },
    },
    {
      part: 'feedback of SES',
      units: {
        'DynamoDB write unit': mails * perMail.events,
        ...lambda(batches, batches * MEASURED.feedbackBatch.ms, memory.feedback),
        'SQS request': mails * perMail.events + 2 * batches,
      },
    },
    {
      part: 'alarms, firewall, secrets',
      units: Object.fromEntries(Object.entries(FIXED).map(([unit, count]) => [unit, count / DAYS_OF_MONTH])),
    },
  ];
}

/** What a history of so many rows takes, once. */
export const historyUnits = (rows: number, design: Design): Units =>
  design === 'item per row'
    ? { 'DynamoDB write unit': rows, ...lambda(1, rows * MEASURED.perRow.ingestMs, MEASURED.memory.ingest) }
    : {
        'DynamoDB write unit': rows * MEASURED.perHistoryRow.writes,
        ...lambda(1, rows * MEASURED.perHistoryRow.ingestMs, MEASURED.memory.ingest),
      };

export const costOf = (units: Units): number =>
  Object.entries(units).reduce((sum, [unit, count]) => sum + count * PRICES[unit as Unit], 0);

const lambda = (requests: number, ms: number, mb: number): Units => ({
  'Lambda request': requests,
  'Lambda GB-second': (ms / 1000) * (mb / 1024),
});

/** Different tickers among so many follows, if a ticker is followed in proportion to 1 / its rank (Zipf). */
export function distinctTickers(tickers: number, follows: number): number {
  const ranks = Array.from({ length: tickers }, (_, i) => i + 1);
  const all = ranks.reduce((sum, rank) => sum + 1 / rank, 0);
  return ranks.reduce((sum, rank) => sum + 1 - (1 - 1 / rank / all) ** follows, 0);
}
