import { type DynamoDBClient, paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

/**
 * Whoever held a lease has ended: its delivery may be taken up again now, not at the end of the lease.
 * @param owner request id of the invocation that died; without it, all leases are of the last run
 */
export async function forgetLeases(client: DynamoDBClient, TableName: string, owner?: string): Promise<void> {
  const held = {
    TableName,
    ProjectionExpression: 'delivery',
    ...(owner
      ? {
          FilterExpression: 'lease.#owner = :owner',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': { S: owner } },
        }
      : { FilterExpression: 'attribute_exists(lease)' }),
  };
  for await (const { Items = [] } of paginateScan({ client }, held)) {
    for (const Key of Items) {
      await client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'REMOVE lease' }));
    }
  }
}
