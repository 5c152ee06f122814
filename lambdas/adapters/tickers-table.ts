import { hash } from 'node:crypto';
import { BatchGetItemCommand, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { concurrently } from '../domain/concurrently.ts';

/** Items that share the tickers: each stays far below 400 KB with 100,000 of them. */
const SHARDS = 32;
const UPDATES_AT_ONCE = 8;

export type TickersTable = ReturnType<typeof tickersTable>;

/** Every ticker that was ever delivered, in a few items with a set of names each, so that all are read at once. */
export function tickersTable(client: DynamoDBClient, table: string) {
  return {
    /** Adds tickers. May be repeated, and at the same time by others. */
    async add(tickers: readonly string[]): Promise<void> {
      const shards = Map.groupBy(tickers, shardOf);
      await concurrently(shards, UPDATES_AT_ONCE, async ([shard, names]) => {
        await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { shard: { S: shard } },
            UpdateExpression: 'ADD tickers :names',
            ExpressionAttributeValues: { ':names': { SS: names } },
          }),
        );
      });
    },

    /** All tickers, sorted. */
    async all(): Promise<string[]> {
      const Keys = Array.from({ length: SHARDS }, (_, i) => ({ shard: { S: String(i) } }));
      const found: string[] = [];
      for (let left = Keys; left.length > 0; ) {
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left } } }),
        );
        for (const item of Responses?.[table] ?? []) found.push(...(item['tickers']?.SS ?? []));
        left = (UnprocessedKeys?.[table]?.Keys ?? []) as typeof Keys;
      }
      return found.sort();
    },
  };
}

const shardOf = (ticker: string): string => String(Number.parseInt(hash('sha256', ticker).slice(0, 8), 16) % SHARDS);
