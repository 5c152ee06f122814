import { BatchWriteItemCommand, CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { concurrently } from '../lambdas/runtime/concurrently.ts';

/** The usual design: one item per row, in batches of 25. */
export async function itemPerRow(client: DynamoDBClient, rows: string[]): Promise<{ ms: number; units: number }> {
  const TableName = `rows-${rows.length}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'ticker', AttributeType: 'S' },
        { AttributeName: 'date', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'ticker', KeyType: 'HASH' },
        { AttributeName: 'date', KeyType: 'RANGE' },
      ],
    }),
  );
  const items = new Map(rows.map((row) => row.split(',')).map((fields) => [`${fields[0]} ${fields[2]}`, fields]));
  const queue = [...items.values()];
  const batches = Array.from({ length: Math.ceil(queue.length / 25) }, (_, i) => queue.slice(i * 25, i * 25 + 25));
  let units = 0;
  const started = performance.now();
  await concurrently(batches, 32, async (batch) => {
    const puts = batch.map(([ticker = '', close = '', date = '']) => ({
      PutRequest: { Item: { ticker: { S: ticker }, date: { S: date }, close: { N: close } } },
    }));
    const { ConsumedCapacity } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: puts }, ReturnConsumedCapacity: 'TOTAL' }),
    );
    units += ConsumedCapacity?.[0]?.CapacityUnits ?? 0;
  });
  return { ms: performance.now() - started, units };
}
