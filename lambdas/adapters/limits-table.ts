import { type DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

import { isConditionMet } from './conditional.ts';

export type Limit = {
  /** What is counted, and for whom; it contains no address. */
  key: string;
  max: number;
  windowSeconds: number;
};

export type LimitsTable = ReturnType<typeof limitsTable>;

/** Rate limits with fixed windows, and timestamps that expire. */
export function limitsTable(client: DynamoDBClient, table: string) {
  return {
    /**
     * Takes one use of a limit in the current window.
     * @param now ms since 1970
     * @returns 0, or the seconds until the next window if the limit is reached
     */
    async take({ key, max, windowSeconds }: Limit, now: number): Promise<number> {
      const seconds = Math.floor(now / 1000);
      const window = Math.floor(seconds / windowSeconds);
      const end = (window + 1) * windowSeconds;
      const update = new UpdateItemCommand({
        TableName: table,
        Key: { limit: { S: `${key}#${window}` } },
        ConditionExpression: 'attribute_not_exists(#count) OR #count < :max',
        UpdateExpression: 'SET expiresAt = :end ADD #count :one',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':max': { N: String(max) }, ':one': { N: '1' }, ':end': { N: String(end) } },
      });
      return (await isConditionMet(client.send(update))) ? 0 : Math.max(1, end - seconds);
    },

    /** Stores the time of an event (ms since 1970) for so many seconds. */
    async note(key: string, at: number, seconds: number): Promise<void> {
      const expiresAt = { N: String(Math.ceil(at / 1000) + seconds) };
      await client.send(
        new PutItemCommand({ TableName: table, Item: { limit: { S: key }, at: { N: String(at) }, expiresAt } }),
      );
    },

    /** The time of a noted event (ms since 1970); undefined if there is none. */
    async noted(key: string): Promise<number | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, ConsistentRead: true, Key: { limit: { S: key } } }),
      );
      return Item?.['at']?.N === undefined ? undefined : Number(Item['at'].N);
    },
  };
}
