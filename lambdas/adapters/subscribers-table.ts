import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Subscriber, subscriber } from '../contracts/subscriber.ts';

export type SubscriberPage = {
  subscribers: Subscriber[];
  /** Ids of items that are no valid subscriber. */
  broken: string[];
  /** The last subscriber looked at; undefined at the end of the segment. */
  after: string | undefined;
};

export type SubscribersTable = ReturnType<typeof subscribersTable>;

export function subscribersTable(client: DynamoDBClient, table: string) {
  return {
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
