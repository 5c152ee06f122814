import {
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ChartWindow, MailTheme } from '../contracts/chart-options.ts';
import type { Scan } from '../contracts/refreshed.ts';
import { MAX_TICKERS, type Subscriber, subscriber, type TickerGroups } from '../contracts/subscriber.ts';
import { isConditionMet } from './conditional.ts';
import { alertUpdates, type UpdateSubscriber } from './subscriber-alerts.ts';

export type SubscriberPage = {
  subscribers: Subscriber[];
  /** Ids of items that are not valid subscribers. */
  broken: string[];
  /** Id of the last item on the page; undefined on the last page of the scan segment. */
  after: string | undefined;
};

/** What a subscriber may change. */
type PreferenceChange = {
  theme?: MailTheme | undefined;
  window?: ChartWindow | undefined;
  pausedUntil?: string | null | undefined;
  mails?: NonNullable<Subscriber['preferences']['mails']> | undefined;
  groups?: TickerGroups | undefined;
};

export type SubscribersTable = ReturnType<typeof subscribersTable>;

/** The subscribers table: one item per mailbox. */
export function subscribersTable(client: DynamoDBClient, table: string) {
  const update: UpdateSubscriber = async (id, change) => {
    const update = new UpdateItemCommand({
      TableName: table,
      Key: { subscriber: { S: id } },
      UpdateExpression: change.expression,
      ConditionExpression: ['attribute_exists(subscriber)', change.condition].filter(Boolean).join(' AND '),
      ...(change.names && { ExpressionAttributeNames: change.names }),
      ...(change.values && {
        ExpressionAttributeValues: marshall(change.values, { removeUndefinedValues: true }),
      }),
    });
    return isConditionMet(client.send(update));
  };

  /** Puts one item. @returns false if the condition fails */
  const put = (item: Subscriber, condition: string, terms: Partial<PutItemCommandInput> = {}): Promise<boolean> =>
    isConditionMet(
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: marshall(item, { removeUndefinedValues: true }),
          ConditionExpression: condition,
          ...terms,
        }),
      ),
    );

  /** Ends a pause. @returns false if there was none */
  const resume = (id: string, { pausedAfter = '' }: { pausedAfter?: string } = {}): Promise<boolean> =>
    update(id, {
      expression: 'SET #state = :active REMOVE pausedAt',
      condition: '#state = :paused AND (:after = :none OR pausedAt > :after)',
      names: { '#state': 'state' },
      values: { ':active': 'active', ':paused': 'paused', ':after': pausedAfter, ':none': '' },
    });

  return {
    async get(id: string): Promise<Subscriber | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, ConsistentRead: true, Key: { subscriber: { S: id } } }),
      );
      return Item && subscriber.parse(unmarshall(Item));
    },

    /** Adds a subscriber. @returns false if there is one with this mailbox */
    add: (item: Subscriber): Promise<boolean> => put(item, 'attribute_not_exists(subscriber)'),

    /** Adds or replaces an unconfirmed subscriber. @returns false if the mailbox was confirmed, or its mail is stopped */
    invite: (item: Subscriber): Promise<boolean> =>
      put(item, 'attribute_not_exists(subscriber) OR (#state = :pending AND attribute_not_exists(undeliverable))', {
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':pending': { S: 'pending' } },
      }),

    /**
     * Confirms a mailbox: its owner has read a mail, so earlier bounces are ignored.
     * @param now ISO instant
     * @returns false if it was not pending
     */
    confirm: (id: string, now: string): Promise<boolean> =>
      update(id, {
        expression: 'SET #state = :active, resumedAt = :now REMOVE undeliverable',
        condition: '#state = :pending',
        names: { '#state': 'state' },
        values: { ':active': 'active', ':pending': 'pending', ':now': now },
      }),

    /** Follows a ticker, or changes its window. @returns false if the subscriber does not exist or follows MAX_TICKERS */
    follow: (id: string, ticker: string, window: ChartWindow): Promise<boolean> =>
      update(id, {
        expression: 'SET tickers.#ticker = :followed',
        condition: '(attribute_exists(tickers.#ticker) OR size(tickers) < :max)',
        names: { '#ticker': ticker },
        values: { ':followed': { window }, ':max': MAX_TICKERS },
      }),

    unfollow: (id: string, ticker: string): Promise<boolean> =>
      update(id, { expression: 'REMOVE tickers.#ticker', names: { '#ticker': ticker } }),

    /**
     * Stops all mails; tickers and alerts are kept.
     * @param now ISO instant
     * @returns false if the mailbox is not active: nothing is sent to it
     */
    pause: (id: string, now: string): Promise<boolean> =>
      update(id, {
        expression: 'SET #state = :paused, pausedAt = :now',
        condition: '#state = :active',
        names: { '#state': 'state' },
        values: { ':paused': 'paused', ':active': 'active', ':now': now },
      }),

    /** Ends a pause that is younger than `pausedAfter` (ISO instant). @returns false if there is none */
    undoPause: (id: string, pausedAfter: string): Promise<boolean> => resume(id, { pausedAfter }),

    ...alertUpdates(update),

    /**
     * Changes the given preferences. `pausedUntil: null` resumes digests, whatever stopped them.
     * @param now ISO instant
     */
    async setPreferences(id: string, { pausedUntil, ...given }: PreferenceChange, now: string): Promise<boolean> {
      const preferences = Object.entries(given).filter(([, value]) => value !== undefined);
      const changes = [
        ...preferences.map(([name, value]): [string, unknown] => [`preferences.#${name}`, value]),
        ...(pausedUntil ? [['pausedUntil', pausedUntil] as const] : []),
        ...(pausedUntil === null ? [['resumedAt', now] as const] : []),
      ];
      if (changes.length === 0) return true;
      if (pausedUntil === null) await resume(id);
      const set = changes.map(([path], i) => `${path} = :v${i}`).join(', ');
      return update(id, {
        expression: `SET ${set}${pausedUntil === null ? ' REMOVE pausedUntil, undeliverable' : ''}`,
        // Some names are reserved words.
        ...(preferences.length > 0 && { names: Object.fromEntries(preferences.map(([name]) => [`#${name}`, name])) }),
        values: Object.fromEntries(changes.map(([, value], i) => [`:v${i}`, value])),
      });
    },

    /**
     * Stops mail to an address, unless its owner resumed after that mail was sent. May be repeated.
     * @param sentAt when the mail that bounced or led to the complaint was sent (ISO instant)
     */
    stop: (id: string, undeliverable: NonNullable<Subscriber['undeliverable']>, sentAt: string): Promise<boolean> =>
      update(id, {
        expression: 'SET undeliverable = if_not_exists(undeliverable, :undeliverable)',
        condition: '(attribute_not_exists(resumedAt) OR resumedAt < :sentAt)',
        values: { ':undeliverable': undeliverable, ':sentAt': sentAt },
      }),

    /** Keeps the highest count: concurrent counts arrive in any order. */
    countSoftBounces: (id: string, count: number): Promise<boolean> =>
      update(id, {
        expression: 'SET softBounces = :count',
        condition: '(attribute_not_exists(softBounces) OR softBounces < :count)',
        values: { ':count': count },
      }),

    async erase(id: string): Promise<void> {
      await client.send(new DeleteItemCommand({ TableName: table, Key: { subscriber: { S: id } } }));
    },

    /** Number of items, as DescribeTable last counted them: up to six hours old. */
    async approximateCount(): Promise<number> {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
      return Table?.ItemCount ?? 0;
    },

    /** Reads one page of one scan segment. An invalid item does not hide the others. */
    async scanPage(
      { scanSegment, totalScanSegments, after }: Pick<Scan, 'scanSegment' | 'totalScanSegments' | 'after'>,
      limit: number,
    ): Promise<SubscriberPage> {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new ScanCommand({
          TableName: table,
          Segment: scanSegment,
          TotalSegments: totalScanSegments,
          Limit: limit,
          ...(after && { ExclusiveStartKey: { subscriber: { S: after } } }),
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
