import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type DigestRecord, digestRecord, isEnough, lastTold, RECORDS_A_PAGE } from '../contracts/ledger-record.ts';
import { unlessRefuted } from './conditional.ts';

export type DigestsTable = ReturnType<typeof digestsTable>;

export type DigestKey = Pick<DigestRecord, 'subscriber' | 'digest'>;

/** What SES says of a mail later. */
type Fact = Pick<DigestRecord, 'deliveredAt' | 'bounce' | 'complainedAt'>;

/** The ledger of digests. */
export function digestsTable(client: DynamoDBClient, table: string) {
  const keyOf = ({ subscriber, digest }: DigestKey) => ({ subscriber: { S: subscriber }, digest: { S: digest } });

  /** Changes one record, where the condition holds. */
  const update = async (
    key: DigestKey,
    change: {
      condition: string;
      expression: string;
      names?: Record<string, string>;
      values: Record<string, unknown>;
    },
  ): Promise<void> => {
    const update = new UpdateItemCommand({
      TableName: table,
      Key: keyOf(key),
      ConditionExpression: change.condition,
      UpdateExpression: change.expression,
      ExpressionAttributeNames: { '#state': 'state', ...change.names },
      ExpressionAttributeValues: marshall(change.values),
    });
    await unlessRefuted(client.send(update));
  };

  return {
    /**
     * Claims a digest, so that nobody else sends it.
     * @param seen the record this one takes the place of: an unsettled claim, or a refusal that was a mistake
     * @returns false where there is a record already, or `seen` is no longer what is there
     */
    async claim(record: DigestRecord, seen?: DigestRecord): Promise<boolean> {
      const condition = seen
        ? {
            ConditionExpression: '#state = :state AND claimedAt = :seen',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':state': { S: seen.state }, ':seen': { S: seen.claimedAt } },
          }
        : { ConditionExpression: 'attribute_not_exists(subscriber)' };
      const put = new PutItemCommand({
        TableName: table,
        Item: marshall(record, { removeUndefinedValues: true }),
        ...condition,
      });
      if (await unlessRefuted(client.send(put))) return true;
      // The SDK may have repeated a write whose answer was lost: then it failed on itself.
      const { own } = await this.recordOf(record);
      return own?.claimedBy === record.claimedBy && own.claimedAt === record.claimedAt;
    },

    /**
     * Records that SES took a mail, and what it said of it since. May be repeated, in any order; a record that is
     * gone stays gone, and a mail that SES rejected stays rejected.
     */
    async markSent(key: DigestKey, messageId: string, fact: Fact = {}): Promise<void> {
      const [[name, value] = []] = Object.entries(fact);
      await update(key, {
        condition:
          'attribute_exists(subscriber) AND (#state <> :refused OR attribute_not_exists(messageId) OR messageId <> :messageId)',
        expression: `SET #state = :sent, messageId = :messageId${name ? ', #fact = if_not_exists(#fact, :fact)' : ''}`,
        names: name ? { '#fact': name } : {},
        values: { ':sent': 'sent', ':refused': 'refused', ':messageId': messageId, ...(name && { ':fact': value }) },
      });
    },

    /** Records SES's answer that it took the very mail of a claim; what an earlier one showed no longer counts. */
    async markTaken(claim: DigestRecord, messageId: string): Promise<void> {
      await this.markSent(claim, messageId);
      if (!claim.earlier) return;
      await update(claim, {
        condition: '#state = :sent AND claimedAt = :own',
        expression: 'REMOVE earlier',
        values: { ':sent': 'sent', ':own': claim.claimedAt },
      });
    },

    /** Records that SES will not take the mail of a claim. */
    markRefused: (claim: DigestRecord, reason: string): Promise<void> =>
      update(claim, {
        condition: '#state = :claimed AND claimedAt = :own',
        expression: 'SET #state = :refused, reason = :reason',
        values: { ':claimed': 'claimed', ':own': claim.claimedAt, ':refused': 'refused', ':reason': reason },
      }),

    /** Records that SES took a mail and then refused it. May be repeated; that of an earlier try says nothing. */
    markRejected: (key: DigestKey, messageId: string, reason: string): Promise<void> =>
      update(key, {
        condition: 'attribute_exists(subscriber) AND (attribute_not_exists(messageId) OR messageId = :messageId)',
        expression: 'SET #state = :refused, messageId = :messageId, reason = :reason',
        values: { ':refused': 'refused', ':messageId': messageId, ':reason': reason },
      }),

    /** How many of a subscriber's digests bounced softly, as far as the ledger remembers. */
    async softBounces(subscriber: string): Promise<number> {
      const bounced = {
        TableName: table,
        ConsistentRead: true,
        Select: 'COUNT' as const,
        KeyConditionExpression: 'subscriber = :subscriber',
        FilterExpression: 'bounce.kind = :soft',
        ExpressionAttributeValues: { ':subscriber': { S: subscriber }, ':soft': { S: 'soft' } },
      };
      let count = 0;
      for await (const { Count = 0 } of paginateQuery({ client }, bounced)) count += Count;
      return count;
    },

    /**
     * Takes back a claim whose mail was certainly not sent.
     * @param before the unsettled claim it had taken the place of, which stands again
     */
    async release(claim: DigestRecord, before?: DigestRecord): Promise<void> {
      const own = {
        TableName: table,
        ConditionExpression: '#state = :claimed AND claimedAt = :own',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':claimed': { S: 'claimed' }, ':own': { S: claim.claimedAt } },
      };
      await unlessRefuted(
        before
          ? client.send(new PutItemCommand({ ...own, Item: marshall(before, { removeUndefinedValues: true }) }))
          : client.send(new DeleteItemCommand({ ...own, Key: keyOf(claim) })),
      );
    },

    /** Forgets every record of a subscriber. */
    async eraseAll(subscriber: string): Promise<void> {
      const mine = {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'subscriber = :subscriber',
        ExpressionAttributeValues: { ':subscriber': { S: subscriber } },
        ProjectionExpression: 'subscriber, digest',
      };
      for await (const { Items = [] } of paginateQuery({ client }, mine)) {
        for (const Key of Items) await client.send(new DeleteItemCommand({ TableName: table, Key }));
      }
    },

    /**
     * The record itself, where there is one, and that of the mail which the subscriber was sent last. Read from the newest
     * drop back, for a mail about a late file comes after those about newer ones.
     */
    async recordOf({ subscriber, digest }: DigestKey): Promise<{ own?: DigestRecord; told?: DigestRecord }> {
      const back = {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'subscriber = :subscriber',
        ExpressionAttributeValues: { ':subscriber': { S: subscriber } },
        ScanIndexForward: false,
      };
      const read: DigestRecord[] = [];
      for await (const { Items = [] } of paginateQuery({ client, pageSize: RECORDS_A_PAGE }, back)) {
        read.push(...Items.map((item) => digestRecord.parse(unmarshall(item))));
        if (isEnough(read, digest)) break;
      }
      const own = read.find((record) => record.digest === digest);
      const told = lastTold(read.filter((record) => record !== own));
      return { ...(own && { own }), ...(told && { told }) };
    },
  };
}
