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

export type AllDeliveries = {
  records: DeliveryRecord[];
  /** Ids of items that are no valid record. */
  broken: string[];
};

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

    /** Every delivery there is: some hundred a year and feed. A broken item is named and costs no other. */
    async all(): Promise<AllDeliveries> {
      const found: AllDeliveries = { records: [], broken: [] };
      for await (const { Items = [] } of paginateScan({ client }, { TableName: table })) {
        for (const item of Items) {
          const { success, data } = deliveryRecord.safeParse(unmarshall(item));
          if (success) found.records.push(data);
          else found.broken.push(item['delivery']?.S ?? '');
        }
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
