import { type DynamoDBClient, paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

/** Whoever held a lease ended with the last run: its delivery may be taken up again now, not at the end of the lease. */
export async function forgetLeases(client: DynamoDBClient, TableName: string): Promise<void> {
  const held = { TableName, FilterExpression: 'attribute_exists(lease)', ProjectionExpression: 'delivery' };
  for await (const { Items = [] } of paginateScan({ client }, held)) {
    for (const Key of Items) {
      await client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'REMOVE lease' }));
    }
  }
}
