import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type ChartWindow, MAX_TICKERS, type Subscriber, subscriber, type Theme } from '../contracts/subscriber.ts';
import { unlessRefuted } from './conditional.ts';

export type SubscriberPage = {
  subscribers: Subscriber[];
  /** Ids of items that are no valid subscriber. */
  broken: string[];
  /** The last subscriber looked at; undefined at the end of the segment. */
  after: string | undefined;
};

/** What a subscriber may change of themselves. */
type PreferenceChange = {
  theme?: Theme | undefined;
  window?: ChartWindow | undefined;
  pausedUntil?: string | null | undefined;
};

export type SubscribersTable = ReturnType<typeof subscribersTable>;

export function subscribersTable(client: DynamoDBClient, table: string) {
  /** Changes one item; false where it is not there, or the condition does not hold. */
  const update = async (
    id: string,
    change: {
      expression: string;
      condition?: string;
      names?: Record<string, string>;
      values?: Record<string, unknown>;
    },
  ): Promise<boolean> => {
    const update = new UpdateItemCommand({
      TableName: table,
      Key: { subscriber: { S: id } },
      UpdateExpression: change.expression,
      ConditionExpression: ['attribute_exists(subscriber)', change.condition].filter(Boolean).join(' AND '),
      ...(change.names && { ExpressionAttributeNames: change.names }),
      ...(change.values && { ExpressionAttributeValues: marshall(change.values) }),
    });
    return unlessRefuted(client.send(update));
  };

  /** Puts one item whole; false where the condition does not hold. */
  const put = (item: Subscriber, condition: string, terms: Partial<PutItemCommandInput> = {}): Promise<boolean> =>
    unlessRefuted(
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: marshall(item, { removeUndefinedValues: true }),
          ConditionExpression: condition,
          ...terms,
        }),
      ),
    );

  return {
    async get(id: string): Promise<Subscriber | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, ConsistentRead: true, Key: { subscriber: { S: id } } }),
      );
      return Item && subscriber.parse(unmarshall(Item));
    },

    /** Adds a subscriber; false where there is one with this mailbox already. */
    add: (item: Subscriber): Promise<boolean> => put(item, 'attribute_not_exists(subscriber)'),

    /** Adds a subscriber who has yet to confirm, or replaces one; false for who has confirmed already, or is stopped. */
    invite: (item: Subscriber): Promise<boolean> =>
      put(item, 'attribute_not_exists(subscriber) OR (#state = :pending AND attribute_not_exists(undeliverable))', {
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':pending': { S: 'pending' } },
      }),

    /**
     * The mailbox was shown to be its owner's, whatever came back of the mail that asked.
     * @param now ISO instant
     */
    confirm: (id: string, now: string): Promise<boolean> =>
      update(id, {
        expression: 'SET #state = :active, resumedAt = :now REMOVE undeliverable',
        condition: '#state = :pending',
        names: { '#state': 'state' },
        values: { ':active': 'active', ':pending': 'pending', ':now': now },
      }),

    /** Follows a ticker, or changes its window; false where the subscriber is gone or follows too many. */
    follow: (id: string, ticker: string, window: ChartWindow): Promise<boolean> =>
      update(id, {
        expression: 'SET tickers.#ticker = :followed',
        condition: '(attribute_exists(tickers.#ticker) OR size(tickers) < :max)',
        names: { '#ticker': ticker },
        values: { ':followed': { window }, ':max': MAX_TICKERS },
      }),

    unfollow: (id: string, ticker: string): Promise<boolean> =>
      update(id, { expression: 'REMOVE tickers.#ticker', names: { '#ticker': ticker } }),

    unfollowAll: (id: string): Promise<boolean> =>
      update(id, { expression: 'SET tickers = :none', values: { ':none': {} } }),

    /**
     * Changes what is given; null resumes digests, whatever had stopped them.
     * @param now ISO instant
     */
    async setPreferences(id: string, { theme, window, pausedUntil }: PreferenceChange, now: string): Promise<boolean> {
      const changes = Object.entries({
        ...(theme && { 'preferences.theme': theme }),
        ...(window && { 'preferences.#window': window }),
        ...(pausedUntil && { pausedUntil }),
        ...(pausedUntil === null && { resumedAt: now }),
      });
      const set = changes.map(([path], i) => `${path} = :v${i}`).join(', ');
      const expression = [set && `SET ${set}`, pausedUntil === null && 'REMOVE pausedUntil, undeliverable']
        .filter(Boolean)
        .join(' ');
      if (expression === '') return true;
      return update(id, {
        expression,
        // A reserved word.
        ...(window && { names: { '#window': 'window' } }),
        ...(changes.length > 0 && { values: Object.fromEntries(changes.map(([, value], i) => [`:v${i}`, value])) }),
      });
    },

    /**
     * Sends nothing more to an address, unless its owner has resumed since. May be repeated.
     * @param sentAt when the mail was sent that says so (ISO instant)
     */
    stop: (id: string, undeliverable: NonNullable<Subscriber['undeliverable']>, sentAt: string): Promise<boolean> =>
      update(id, {
        expression: 'SET undeliverable = if_not_exists(undeliverable, :undeliverable)',
        condition: '(attribute_not_exists(resumedAt) OR resumedAt < :sentAt)',
        values: { ':undeliverable': undeliverable, ':sentAt': sentAt },
      }),

    /** Keeps the highest count: two that were counted at the same time may come in any order. */
    countSoftBounces: (id: string, count: number): Promise<boolean> =>
      update(id, {
        expression: 'SET softBounces = :count',
        condition: '(attribute_not_exists(softBounces) OR softBounces < :count)',
        values: { ':count': count },
      }),

    async erase(id: string): Promise<void> {
      await client.send(new DeleteItemCommand({ TableName: table, Key: { subscriber: { S: id } } }));
    },

    /** One page of one segment of a parallel scan. A broken item is named and costs no other. */
    async scanPage(
      part: { segment: number; segments: number; after?: string | undefined },
      limit: number,
    ): Promise<SubscriberPage> {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new ScanCommand({
          TableName: table,
          Segment: part.segment,
          TotalSegments: part.segments,
          Limit: limit,
          ...(part.after && { ExclusiveStartKey: { subscriber: { S: part.after } } }),
        }),
      );
      const parsed = Items.map((item) => ({
        id: item['subscriber']?.S ?? '',
        result: subscriber.safeParse(unmarshall(item)),
      }));
      return {
        subscribers: parsed.flatMap(({ result }) => (result.success ? [result.data] : [])),
        broken: parsed.flatMap(({ id, result }) => (result.success ? [] : [id])),
        after: LastEvaluatedKey?.['subscriber']?.S,
      };
    },
  };
}
