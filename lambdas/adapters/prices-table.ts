import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  paginateQuery,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { parseSegmentKey, REPLACED_DAYS, type Revision, replacedSegmentKey, segmentKey } from '../contracts/keys.ts';
import type { Segment, SegmentName } from '../domain/delivery/segment.ts';
import type { StoredSegment, TickerSegments } from '../domain/prices/segment-version.ts';

const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 5_000;
const THROTTLED = new Set(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded']);

/** BatchGetItem takes no more. */
const BATCH_KEYS = 100;

type Item = Record<string, AttributeValue>;
type NamedSegment = StoredSegment & SegmentName;

export type PricesTable = ReturnType<typeof pricesTable>;

/** The prices table: one item per segment, written blind, and one per version of a segment that was replaced. */
export function pricesTable(client: DynamoDBClient, table: string) {
  return {
    /** How many segments a batch may have at most: BatchWriteItem takes no more. */
    batchSize: 25,

    /**
     * Writes a batch of segments of one delivery revision. Same revision, same keys, same bytes: a repeat is
     * harmless. A segment without rows tells that the revision no longer says anything of that year.
     */
    writeSegments: (said: Revision, segments: readonly Segment[]): Promise<void> =>
      writeBatch(
        client,
        table,
        segments.map(({ ticker, year, rows }) => ({
          PutRequest: { Item: itemOf(ticker, segmentKey(year, said.delivery), { ...said, rows }) },
        })),
      ),

    /**
     * Keeps a batch of segments as they stand beside what is about to replace them, for as long as the ledger
     * remembers that they were told.
     * @param by when the replacing revision was dropped (ISO instant)
     */
    keepReplaced: (by: string, segments: readonly NamedSegment[]): Promise<void> =>
      writeBatch(
        client,
        table,
        segments.map(({ ticker, ...segment }) => {
          const item = itemOf(ticker, replacedSegmentKey(segment.year, segment.delivery, segment.revision), segment);
          const expiresAt = { N: String(Math.floor(Date.parse(by) / 1000) + REPLACED_DAYS * 86_400) };
          const unfinished = segment.isUnfinished && { isUnfinished: { BOOL: true } };
          return { PutRequest: { Item: { ...item, expiresAt, ...unfinished } } };
        }),
      ),

    /** Those of a batch of one delivery's segments that are there, as they stand. */
    standing: (delivery: string, names: readonly SegmentName[]): Promise<NamedSegment[]> =>
      readBatch(
        client,
        table,
        names.map(({ ticker, year }) => keyOf(ticker, segmentKey(year, delivery))),
      ),

    /** Those of any number of segments that are there, as they stand. */
    async segmentsAt(keys: readonly (SegmentName & { delivery: string })[]): Promise<NamedSegment[]> {
      const batches = Array.from({ length: Math.ceil(keys.length / BATCH_KEYS) }, (_, i) =>
        keys.slice(i * BATCH_KEYS, (i + 1) * BATCH_KEYS),
      );
      const found = await Promise.all(
        batches.map((batch) =>
          readBatch(
            client,
            table,
            batch.map(({ ticker, year, delivery }) => keyOf(ticker, segmentKey(year, delivery))),
          ),
        ),
      );
      return found.flat();
    },

    /** Every segment of a ticker from a calendar year on, tombstones included. */
    async segmentsOf(ticker: string, fromYear: string): Promise<TickerSegments> {
      const pages = paginateQuery(
        { client },
        {
          TableName: table,
          // What ingest wrote just before it said "refreshed" must be seen.
          ConsistentRead: true,
          KeyConditionExpression: 'ticker = :ticker AND #segment >= :from',
          ExpressionAttributeNames: { '#segment': 'segment' },
          ExpressionAttributeValues: { ':ticker': { S: ticker }, ':from': { S: fromYear } },
        },
      );
      const found: TickerSegments = { standing: [], versions: [] };
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          const segment = segmentOf(item);
          found.versions.push(segment);
          if (!segment.isReplaced && segment.rows !== '') found.standing.push(segment);
        }
      }
      return found;
    },
  };
}

const keyOf = (ticker: string, key: string) => ({ ticker: { S: ticker }, segment: { S: key } });

const itemOf = (
  ticker: string,
  key: string,
  { rows, droppedAt, revision }: Pick<StoredSegment, 'rows' | 'droppedAt' | 'revision'>,
): Item => ({ ...keyOf(ticker, key), rows: { S: rows }, droppedAt: { S: droppedAt }, revision: { S: revision } });

function segmentOf(item: Item): StoredSegment {
  const { isReplaced, ...name } = parseSegmentKey(item['segment']?.S ?? '');
  return {
    ...name,
    revision: item['revision']?.S ?? '',
    droppedAt: item['droppedAt']?.S ?? '',
    rows: item['rows']?.S ?? '',
    ...(item['isUnfinished']?.BOOL && { isUnfinished: true }),
    ...(isReplaced && { isReplaced }),
  };
}

async function readBatch(client: DynamoDBClient, table: string, batch: Item[]): Promise<NamedSegment[]> {
  const found: Item[] = [];
  let keys = batch;
  for (let backoff = FIRST_BACKOFF_MS; keys.length > 0; backoff *= 2) {
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[table] ?? []));
    keys = UnprocessedKeys?.[table]?.Keys ?? [];
    if (keys.length > 0) await pause(backoff);
  }
  return found.map((item) => ({ ...segmentOf(item), ticker: item['ticker']?.S ?? '' }));
}

async function writeBatch(client: DynamoDBClient, table: string, batch: WriteRequest[]): Promise<void> {
  let left = batch;
  // A throttled table hands items back; the invocation's own deadline ends this, and a repeat is harmless.
  for (let backoff = FIRST_BACKOFF_MS; left.length > 0; backoff *= 2) {
    left = await leftOf(client, table, left);
    if (left.length > 0) await pause(backoff);
  }
}

/** Writes what it can. @returns what DynamoDB did not take: a part of the batch, or all of it when it is throttled */
async function leftOf(client: DynamoDBClient, table: string, batch: WriteRequest[]): Promise<WriteRequest[]> {
  try {
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: batch } }));
    return UnprocessedItems?.[table] ?? [];
  } catch (error) {
    if (error instanceof Error && THROTTLED.has(error.name)) return batch;
    throw error;
  }
}

/** Waits about so long, so that those throttled together do not come back together. */
const pause = (ms: number): Promise<void> => sleep(Math.min(ms, MAX_BACKOFF_MS) * (0.5 + Math.random() / 2));
