import { BatchWriteItemCommand, type DynamoDBClient, paginateQuery, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { parseSegmentKey, segmentKey } from '../contracts/keys.ts';
import { concurrently } from '../domain/concurrently.ts';
import type { SegmentName } from '../domain/deliveries/manifest.ts';
import type { Segment } from '../domain/deliveries/segment.ts';
import type { StoredSegment } from '../domain/fold/segment-version.ts';

/** BatchWriteItem takes no more. */
const BATCH_ITEMS = 25;
const BATCHES_AT_ONCE = 12;
const MAX_BACKOFF_MS = 5_000;
const THROTTLED = new Set(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded']);

export type PricesTable = ReturnType<typeof pricesTable>;

/** The prices table: one item per segment, written blind. */
export function pricesTable(client: DynamoDBClient, table: string) {
  const write = (requests: Iterable<WriteRequest>) =>
    concurrently(batches(requests), BATCHES_AT_ONCE, (batch) => writeBatch(client, table, batch));

  return {
    /** Writes segments of one delivery revision. Same delivery, same keys, same bytes: a repeat is harmless. */
    writeSegments: (delivery: string, droppedAt: string, segments: Iterable<Segment>): Promise<void> =>
      write(
        map(segments, ({ ticker, year, rows }) => ({
          PutRequest: {
            Item: { ...keyOf(delivery, { ticker, year }), rows: { S: rows }, droppedAt: { S: droppedAt } },
          },
        })),
      ),

    removeSegments: (delivery: string, segments: Iterable<SegmentName>): Promise<void> =>
      write(map(segments, (name) => ({ DeleteRequest: { Key: keyOf(delivery, name) } }))),

    /** Every segment of a ticker from a calendar year on, tombstones included. */
    async segmentsOf(ticker: string, fromYear: string): Promise<StoredSegment[]> {
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
      const found: StoredSegment[] = [];
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          found.push({
            ...parseSegmentKey(item['segment']?.S ?? ''),
            droppedAt: item['droppedAt']?.S ?? '',
            rows: item['rows']?.S ?? '',
          });
        }
      }
      return found;
    },
  };
}

const keyOf = (delivery: string, { ticker, year }: SegmentName) => ({
  ticker: { S: ticker },
  segment: { S: segmentKey(year, delivery) },
});

async function writeBatch(client: DynamoDBClient, table: string, batch: WriteRequest[]): Promise<void> {
  let left = batch;
  // A throttled table hands items back; the invocation's own deadline ends this, and a repeat is harmless.
  for (let backoff = 50; ; backoff = Math.min(backoff * 2, MAX_BACKOFF_MS)) {
    left = await leftOf(client, table, left);
    if (left.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, backoff * (0.5 + Math.random() / 2)));
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

function* batches(requests: Iterable<WriteRequest>): Generator<WriteRequest[]> {
  let batch: WriteRequest[] = [];
  for (const request of requests) {
    batch.push(request);
    if (batch.length === BATCH_ITEMS) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function* map<T, U>(items: Iterable<T>, change: (item: T) => U): Generator<U> {
  for (const item of items) yield change(item);
}
