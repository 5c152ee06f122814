import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  paginateQuery,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { parseSegmentKey, REPLACED_DAYS, replacedSegmentKey, segmentKey } from '../contracts/keys.ts';
import type { Revision } from '../contracts/revision.ts';
import type { Segment, SegmentName } from '../domain/delivery/segment.ts';
import type { StoredSegment, TickerSegments } from '../domain/prices/segment-version.ts';

const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 5_000;
const THROTTLED = new Set(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded']);

/** Limit of BatchGetItem. */
const BATCH_KEYS = 100;

type Item = Record<string, AttributeValue>;

export type PricesTable = ReturnType<typeof pricesTable>;

/** The prices table: one item per segment, and one per replaced version of a segment. Writes have no condition. */
export function pricesTable(client: DynamoDBClient, table: string) {
  return {
    /** Maximum number of segments in a batch: the limit of BatchWriteItem. */
    batchSize: 25,

    /**
     * Writes a batch of segments of one revision. A repeat writes the same keys and bytes. A segment without rows replaces one that the
     * revision no longer has.
     */
    writeSegments: (by: Revision, segments: readonly Segment[]): Promise<void> =>
      writeBatch(
        client,
        table,
        segments.map(({ ticker, year, rows }) => ({
          PutRequest: { Item: itemOf(ticker, segmentKey(year, by.delivery), { ...by, rows }) },
        })),
      ),

    /**
     * Copies a batch of current segments before they are replaced, so that the next digest can list what it corrects. The copies expire
     * after REPLACED_DAYS.
     * @param replacedAt `knownAt` of the replacing revision (ISO instant)
     */
    keepReplaced: (replacedAt: string, segments: readonly StoredSegment[]): Promise<void> =>
      writeBatch(
        client,
        table,
        segments.map((segment) => {
          const item = itemOf(
            segment.ticker,
            replacedSegmentKey(segment.year, segment.delivery, segment.revision),
            segment,
          );
          const expiresAt = { N: String(Math.floor(Date.parse(replacedAt) / 1000) + REPLACED_DAYS * 86_400) };
          const unfinished = segment.isUnfinished && { isUnfinished: { BOOL: true } };
          return { PutRequest: { Item: { ...item, expiresAt, ...unfinished } } };
        }),
      ),

    /** Reads a batch of current segments of one delivery; those that do not exist are left out. */
    currentSegments: (delivery: string, names: readonly SegmentName[]): Promise<StoredSegment[]> =>
      readBatch(
        client,
        table,
        names.map(({ ticker, year }) => keyOf(ticker, segmentKey(year, delivery))),
      ),

    /** Reads any number of current segments; those that do not exist are left out. */
    async segmentsAt(keys: readonly (SegmentName & { delivery: string })[]): Promise<StoredSegment[]> {
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

    /** Reads every segment of a ticker from a calendar year on, including tombstones and replaced versions. */
    async segmentsOf(ticker: string, fromYear: string): Promise<TickerSegments> {
      const pages = paginateQuery(
        { client },
        {
          TableName: table,
          // Includes what ingest wrote just before it published "refreshed".
          ConsistentRead: true,
          KeyConditionExpression: 'ticker = :ticker AND #segment >= :from',
          ExpressionAttributeNames: { '#segment': 'segment' },
          ExpressionAttributeValues: { ':ticker': { S: ticker }, ':from': { S: fromYear } },
        },
      );
      const found: TickerSegments = { current: [], versions: [] };
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          const segment = segmentOf(item);
          found.versions.push(segment);
          if (!segment.isReplaced && segment.rows !== '') found.current.push(segment);
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
  { rows, knownAt, revision }: Pick<StoredSegment, 'rows' | 'knownAt' | 'revision'>,
): Item => ({ ...keyOf(ticker, key), rows: { S: rows }, knownAt: { S: knownAt }, revision: { S: revision } });

function segmentOf(item: Item): StoredSegment {
  const { isReplaced, ...name } = parseSegmentKey(item['segment']?.S ?? '');
  return {
    ticker: item['ticker']?.S ?? '',
    ...name,
    revision: item['revision']?.S ?? '',
    knownAt: item['knownAt']?.S ?? '',
    rows: item['rows']?.S ?? '',
    ...(item['isUnfinished']?.BOOL && { isUnfinished: true }),
    ...(isReplaced && { isReplaced }),
  };
}

async function readBatch(client: DynamoDBClient, table: string, batch: Item[]): Promise<StoredSegment[]> {
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
  return found.map(segmentOf);
}

async function writeBatch(client: DynamoDBClient, table: string, batch: WriteRequest[]): Promise<void> {
  let left = batch;
  // A throttled table returns unprocessed items. The invocation's deadline ends this loop; a repeat is harmless.
  for (let backoff = FIRST_BACKOFF_MS; left.length > 0; backoff *= 2) {
    left = await unprocessedOf(client, table, left);
    if (left.length > 0) await pause(backoff);
  }
}

/** Writes a batch. @returns the items that DynamoDB did not process: a part of the batch, or all if it throttles */
async function unprocessedOf(client: DynamoDBClient, table: string, batch: WriteRequest[]): Promise<WriteRequest[]> {
  try {
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: batch } }));
    return UnprocessedItems?.[table] ?? [];
  } catch (error) {
    if (error instanceof Error && THROTTLED.has(error.name)) return batch;
    throw error;
  }
}

/** Waits for 50 to 100 % of `ms`, so that concurrent writers do not retry at the same time. */
const pause = (ms: number): Promise<void> => sleep(Math.min(ms, MAX_BACKOFF_MS) * (0.5 + Math.random() / 2));
