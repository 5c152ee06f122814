import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Subscriber } from '../lambdas/contracts/subscriber.ts';
import { subscriberId } from '../lambdas/contracts/subscriber-id.ts';
import { concurrently } from '../lambdas/runtime/concurrently.ts';
import type { Stage } from './stage.ts';

/** Writes active subscribers to their table. @param count a multiple of 25 */
export async function addSubscribers(
  stage: Stage,
  count: number,
  make: (i: number) => { address: string; tickers: string[]; alerts?: Subscriber['alerts']; theme?: 'light' | 'auto' },
): Promise<void> {
  const puts = Array.from({ length: count }, (_, i) => {
    const { address, tickers, alerts, theme = 'auto' } = make(i);
    const item = {
      subscriber: subscriberId(address),
      address,
      state: 'active',
      tickers: Object.fromEntries(tickers.map((ticker) => [ticker, { window: 365 }])),
      preferences: { theme },
      alerts,
    };
    return { PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) } };
  });
  const TableName = stage.table('Subscribers');
  const batches = Array.from({ length: count / 25 }, (_, i) => puts.slice(i * 25, i * 25 + 25));
  await concurrently(batches, 8, async (batch) => {
    await stage.clients.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: batch } }));
  });
}
