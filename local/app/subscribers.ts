import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type ChartWindow, DEFAULT_MAIL_THEME, type MailTheme } from '../../lambdas/contracts/chart-options.ts';
import { type Subscriber, subscriber } from '../../lambdas/contracts/subscriber.ts';
import { subscriberId } from '../../lambdas/contracts/subscriber-id.ts';
import { clientFor } from '../engine/client-options.ts';
import type { Endpoints } from './endpoints.ts';

/**
 * Adds or replaces a subscriber in a running stack.
 * @throws ZodError if the address is not valid
 */
export async function subscribe(
  { dynamodb, resources }: Endpoints,
  address: string,
  tickers: string[],
  {
    window = 90,
    theme = DEFAULT_MAIL_THEME,
    alerts,
  }: { window?: ChartWindow; theme?: MailTheme; alerts?: Subscriber['alerts'] } = {},
): Promise<Subscriber> {
  const item = subscriber.parse({
    subscriber: subscriberId(address),
    address,
    state: 'active',
    tickers: Object.fromEntries(tickers.map((ticker) => [ticker, { window }])),
    preferences: { theme },
    ...(alerts && { alerts }),
  });
  const client = new DynamoDBClient(clientFor(dynamodb));
  await client.send(
    new PutItemCommand({
      TableName: resources['Subscribers-Subscribers'],
      Item: marshall(item, { removeUndefinedValues: true }),
    }),
  );
  client.destroy();
  return item;
}
