import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import {
  type ChartWindow,
  type Subscriber,
  subscriber,
  subscriberId,
  type Theme,
} from '../../lambdas/contracts/subscriber.ts';
import { clientFor, type Endpoints } from './endpoints.ts';

/**
 * Adds a subscriber to a running stack, or replaces the one with this address.
 * @throws ZodError where the address is none
 */
export async function subscribe(
  { dynamodb, resources }: Endpoints,
  address: string,
  tickers: string[],
  { window = 90, theme = 'light' }: { window?: ChartWindow; theme?: Theme } = {},
): Promise<Subscriber> {
  const item = subscriber.parse({
    subscriber: subscriberId(address),
    address,
    state: 'active',
    tickers: Object.fromEntries(tickers.map((ticker) => [ticker, { window }])),
    preferences: { theme },
  });
  const client = new DynamoDBClient(clientFor(dynamodb));
  await client.send(new PutItemCommand({ TableName: resources['Subscribers-Subscribers'], Item: marshall(item) }));
  client.destroy();
  return item;
}
