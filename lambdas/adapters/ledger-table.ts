import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type LedgerKey, type LedgerRecord, ledgerRecord, mailId, parseMailId } from '../contracts/ledger-record.ts';
import { TOLD_PREFIX, type ToldAlert, toldAlert } from '../contracts/told-alerts.ts';
import { isOf, lastReceived, RECORDS_A_PAGE, recordsBefore } from '../domain/mail/last-received.ts';
import { isConditionMet } from './conditional.ts';

/** `own`: the record of the mail that was asked for. `last`: that of the last one that was received. */
export type LedgerRead = { own?: LedgerRecord; last?: LedgerRecord; told: ToldAlert[] };

export type LedgerTable = ReturnType<typeof ledgerTable>;

/** What an SES event adds to a record: one attribute. */
type MailFact = Pick<LedgerRecord, 'deliveredAt'> | Pick<LedgerRecord, 'bounce'> | Pick<LedgerRecord, 'complainedAt'>;

type Change = {
  condition: string;
  expression: string;
  names?: Record<string, string>;
  values: Record<string, unknown>;
};

/** The ledger: one record per mail that must not be sent twice. Partition key `recipient`, sort key `mail` (the mail id). */
export function ledgerTable(client: DynamoDBClient, table: string) {
  /** Changes one record if the condition holds. */
  const update = async (key: LedgerKey, { condition, expression, names, values }: Change): Promise<void> => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: itemKey(key),
      ConditionExpression: condition,
      UpdateExpression: expression,
      ExpressionAttributeNames: { '#state': 'state', ...names },
      ExpressionAttributeValues: marshall(values),
    });
    await isConditionMet(client.send(command));
  };

  return {
    /**
     * Claims a mail, so that no other invocation sends it.
     * @param seen the record to replace: an unconfirmed claim, or a refused mail that is to be resent
     * @returns false if there is a record already, or the record is no longer `seen`
     */
    async claim(record: LedgerRecord, seen?: LedgerRecord): Promise<boolean> {
      const condition = seen
        ? {
            ConditionExpression: '#state = :state AND claimedAt = :seen',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':state': { S: seen.state }, ':seen': { S: seen.claimedAt } },
          }
        : { ConditionExpression: 'attribute_not_exists(recipient)' };
      const put = new PutItemCommand({ TableName: table, Item: itemOf(record), ...condition });
      if (await isConditionMet(client.send(put))) return true;
      // If the answer was lost, the SDK repeats the write, and the condition fails because of our own first write.
      const { own } = await this.read(record);
      return own?.claimedBy === record.claimedBy && own.claimedAt === record.claimedAt;
    },

    /**
     * Records that SES accepted a mail, and what an SES event reports. May be repeated, in any order. It does not recreate an erased
     * record, and a mail that SES rejected stays rejected.
     */
    async markSent(key: LedgerKey, messageId: string, fact: MailFact = {}): Promise<void> {
      const [[name, value] = []] = Object.entries(fact);
      await update(key, {
        condition:
          'attribute_exists(recipient) AND (#state <> :refused OR attribute_not_exists(messageId) OR messageId <> :messageId)',
        expression: `SET #state = :sent, messageId = :messageId${name ? ', #fact = if_not_exists(#fact, :fact)' : ''}`,
        names: name ? { '#fact': name } : {},
        values: { ':sent': 'sent', ':refused': 'refused', ':messageId': messageId, ...(name && { ':fact': value }) },
      });
    },

    /** Records that SES confirmed the mail of this claim: what an earlier claim displayed no longer matters. */
    async markConfirmed(claim: LedgerRecord, messageId: string): Promise<void> {
      await this.markSent(claim, messageId);
      if (!claim.earlier) return;
      await update(claim, {
        condition: '#state = :sent AND claimedAt = :own',
        expression: 'REMOVE earlier',
        values: { ':sent': 'sent', ':own': claim.claimedAt },
      });
    },

    /** Records that SES refused the mail of this claim permanently. */
    markRefused: (claim: LedgerRecord, reason: string): Promise<void> =>
      update(claim, {
        condition: '#state = :claimed AND claimedAt = :own',
        expression: 'SET #state = :refused, reason = :reason',
        values: { ':claimed': 'claimed', ':own': claim.claimedAt, ':refused': 'refused', ':reason': reason },
      }),

    /**
     * Records that SES accepted a mail and rejected it afterwards. May be repeated. Ignored if the record has the message id of another
     * attempt.
     */
    markRejected: (key: LedgerKey, messageId: string, reason: string): Promise<void> =>
      update(key, {
        condition: 'attribute_exists(recipient) AND (attribute_not_exists(messageId) OR messageId = :messageId)',
        expression: 'SET #state = :refused, messageId = :messageId, reason = :reason',
        values: { ':refused': 'refused', ':messageId': messageId, ':reason': reason },
      }),

    /** Number of a recipient's mails in the ledger that bounced temporarily. */
    async softBounces(recipient: string): Promise<number> {
      const bounced = {
        ...recordsOf(table, recipient),
        Select: 'COUNT' as const,
        FilterExpression: 'bounce.kind = :soft',
        ExpressionAttributeValues: { ':recipient': { S: recipient }, ':soft': { S: 'soft' } },
      };
      let count = 0;
      for await (const { Count = 0 } of paginateQuery({ client }, bounced)) count += Count;
      return count;
    },

    /**
     * Removes a claim whose mail was certainly not sent.
     * @param before the record that it had replaced: it is restored
     */
    async release(claim: LedgerRecord, before?: LedgerRecord): Promise<void> {
      const own = {
        TableName: table,
        ConditionExpression: '#state = :claimed AND claimedAt = :own',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':claimed': { S: 'claimed' }, ':own': { S: claim.claimedAt } },
      };
      await isConditionMet(
        before
          ? client.send(new PutItemCommand({ ...own, Item: itemOf(before) }))
          : client.send(new DeleteItemCommand({ ...own, Key: itemKey(claim) })),
      );
    },

    /** The record of a mail; undefined if it was never claimed, or its claim was released. */
    async get(key: LedgerKey): Promise<LedgerRecord | undefined> {
      const get = new GetItemCommand({ TableName: table, ConsistentRead: true, Key: itemKey(key) });
      const { Item } = await client.send(get);
      return Item && recordOf(Item);
    },

    /** Deletes every record of a recipient, those of their alerts too. */
    async eraseAll(recipient: string): Promise<void> {
      const all = { ...recordsOf(table, recipient), ProjectionExpression: 'recipient, mail' };
      for await (const { Items = [] } of paginateQuery({ client }, all)) {
        for (const Key of Items) await client.send(new DeleteItemCommand({ TableName: table, Key }));
      }
    },

    /**
     * Reads the record of a mail, the record of the last mail of any kind that the recipient received, and what mails told of their
     * alerts. Reads the newest keys first, and several of them: the last mail may be about a late file, with an older key.
     */
    async read(mail: LedgerKey): Promise<LedgerRead> {
      const backwards = { ...recordsOf(table, mail.recipient), ScanIndexForward: false };
      const read: LedgerRecord[] = [];
      const told: ToldAlert[] = [];
      for await (const { Items = [] } of paginateQuery({ client, pageSize: RECORDS_A_PAGE }, backwards)) {
        const [alerts, mails] = [Items.filter(isTold), Items.filter((item) => !isTold(item))];
        told.push(...alerts.map((item) => toldAlert.parse(unmarshall(item))));
        read.push(...mails.map(recordOf));
        if (recordsBefore(read, mail)) break;
      }
      const own = read.find((record) => isOf(mail, record));
      const last = lastReceived(recordsBefore(read, mail) ?? read.filter((record) => record !== own));
      return { ...(own && { own }), ...(last && { last }), told };
    },
  };
}

const isTold = (item: Item): boolean => item['mail']?.S?.startsWith(TOLD_PREFIX) ?? false;

type Item = NonNullable<PutItemCommand['input']['Item']>;

const itemKey = (key: LedgerKey): Item => ({ recipient: { S: key.recipient }, mail: { S: mailId(key) } });

const itemOf = ({ recipient, kind, key, ...record }: LedgerRecord): Item => ({
  ...itemKey({ recipient, kind, key }),
  ...marshall(record, { removeUndefinedValues: true }),
});

function recordOf(item: Item): LedgerRecord {
  const { mail, ...record } = unmarshall(item);
  return ledgerRecord.parse({ ...record, ...parseMailId(String(mail)) });
}

const recordsOf = (TableName: string, recipient: string) => ({
  TableName,
  ConsistentRead: true,
  KeyConditionExpression: 'recipient = :recipient',
  ExpressionAttributeValues: { ':recipient': { S: recipient } },
});
