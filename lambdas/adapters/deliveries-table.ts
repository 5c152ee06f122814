import { isDeepStrictEqual } from 'node:util';
import { type DynamoDBClient, GetItemCommand, PutItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type DeliveryRecord, deliveryRecord } from '../contracts/delivery-record.ts';
import { withoutSmokeTest } from '../contracts/smoke-test.ts';
import { isConditionMet } from './conditional.ts';

export type AllDeliveries = {
  records: DeliveryRecord[];
  /** Ids of items that are not valid records. */
  broken: string[];
};

export type DeliveriesTable = ReturnType<typeof deliveriesTable>;

/** The deliveries table: one item per delivery, written with optimistic locking. */
export function deliveriesTable(client: DynamoDBClient, table: string) {
  return {
    async get(delivery: string): Promise<DeliveryRecord | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, ConsistentRead: true, Key: { delivery: { S: delivery } } }),
      );
      if (!Item) return undefined;
      const { success, data, error } = deliveryRecord.safeParse(unmarshall(Item));
      if (success) return data;
      const fields = error.issues.map(({ path }) => path.join('.')).join(', ');
      throw new Error(`The record of ${delivery} cannot be read (${fields}). See the runbook, api.`);
    },

    /** All deliveries: a few hundred per year and feed. Smoke tests are left out. An invalid item does not hide the others. */
    async all(): Promise<AllDeliveries> {
      const found: AllDeliveries = { records: [], broken: [] };
      for await (const { Items = [] } of paginateScan({ client }, { TableName: table }))
        for (const item of Items) sortInto(found, unmarshall(item));
      return found;
    },

    /**
     * Replaces the record that was read; undefined creates one.
     * @returns the new record, or undefined if another invocation changed the record in between
     */
    async replace(
      seen: DeliveryRecord | undefined,
      next: Omit<DeliveryRecord, 'version'>,
    ): Promise<DeliveryRecord | undefined> {
      const record = { ...next, version: (seen?.version ?? 0) + 1 };
      const item = marshall(record, { removeUndefinedValues: true });
      const put = new PutItemCommand({
        TableName: table,
        Item: item,
        ...(seen
          ? {
              ConditionExpression: 'version = :seen',
              ExpressionAttributeValues: { ':seen': { N: String(seen.version) } },
            }
          : { ConditionExpression: 'attribute_not_exists(delivery)' }),
      });
      if (await isConditionMet(client.send(put))) return record;
      // If the answer was lost, the SDK repeats the write, and the condition fails because of our own first write.
      const current = await this.get(next.delivery);
      return current && isDeepStrictEqual(current, deliveryRecord.parse(unmarshall(item))) ? current : undefined;
    },
  };
}

function sortInto({ records, broken }: AllDeliveries, item: Record<string, unknown>): void {
  const { success, data } = deliveryRecord.safeParse(item);
  const record = data && withoutSmokeTest(data);
  if (!success) broken.push(String(item['delivery'] ?? ''));
  else if (record) records.push(record);
}
