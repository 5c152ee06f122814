import { isDeepStrictEqual } from 'node:util';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type DeliveryRecord, deliveryRecord } from '../contracts/delivery-record.ts';

export type DeliveriesTable = ReturnType<typeof deliveriesTable>;

/** The deliveries table: one item per delivery, changed only by whoever saw its latest state. */
export function deliveriesTable(client: DynamoDBClient, table: string) {
  return {
    async get(delivery: string): Promise<DeliveryRecord | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, ConsistentRead: true, Key: { delivery: { S: delivery } } }),
      );
      return Item && deliveryRecord.parse(unmarshall(Item));
    },

    /** Every delivery there is: some hundred a year and feed. */
    async all(): Promise<DeliveryRecord[]> {
      const found: DeliveryRecord[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName: table })) {
        found.push(...Items.map((item) => deliveryRecord.parse(unmarshall(item))));
      }
      return found;
    },

    /**
     * Writes a record in place of the one that was read.
     * @returns the written record, or undefined where somebody else has changed it in between
     */
    async replace(
      seen: DeliveryRecord | undefined,
      next: Omit<DeliveryRecord, 'tick'>,
    ): Promise<DeliveryRecord | undefined> {
      const record = { ...next, tick: (seen?.tick ?? 0) + 1 };
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: marshall(record, { removeUndefinedValues: true }),
            ...(seen
              ? {
                  ConditionExpression: 'tick = :seen',
                  ExpressionAttributeValues: { ':seen': { N: String(seen.tick) } },
                }
              : { ConditionExpression: 'attribute_not_exists(delivery)' }),
          }),
        );
        return record;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // The SDK may have repeated a write whose answer was lost: then it failed on itself.
        const there = await this.get(next.delivery);
        return there && isDeepStrictEqual(there, deliveryRecord.parse(record)) ? there : undefined;
      }
    },
  };
}
