import { DynamoDBClient, paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { clientFor } from '../engine/client-options.ts';

/**
 * Removes leases whose holder has ended, so that a retry need not wait until they expire.
 * @param owner request id of the crashed invocation; undefined removes all leases, which are of the last run
 */
export async function releaseLeases(
  dynamodb: string,
  resources: Record<string, string>,
  owner?: string,
): Promise<void> {
  const client = new DynamoDBClient(clientFor(dynamodb));
  const TableName = resources['Prices-Deliveries'];
  const leased = {
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
  for await (const { Items = [] } of paginateScan({ client }, leased)) {
    for (const Key of Items) {
      await client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'REMOVE lease' }));
    }
  }
  client.destroy();
}
