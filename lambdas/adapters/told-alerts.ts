import { type DynamoDBClient, GetItemCommand, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { TOLD_PREFIX, type ToldAlert, toldAlert, toldId } from '../contracts/told-alerts.ts';
import { isConditionMet } from './conditional.ts';

export type ToldAlerts = ReturnType<typeof toldAlerts>;

/** What the ledger knows of the fires of alerts: one record per recipient and alert. */
export function toldAlerts(client: DynamoDBClient, table: string) {
  const get = async (recipient: string, alert: string): Promise<ToldAlert | undefined> => {
    const Key = { recipient: { S: recipient }, mail: { S: toldId(alert) } };
    const { Item } = await client.send(new GetItemCommand({ TableName: table, ConsistentRead: true, Key }));
    return Item && toldAlert.parse(unmarshall(Item));
  };

  return {
    get,

    /** The records of all alerts of a recipient, also of deleted ones. */
    async all(recipient: string): Promise<ToldAlert[]> {
      const records = {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'recipient = :recipient AND begins_with(mail, :prefix)',
        ExpressionAttributeValues: { ':recipient': { S: recipient }, ':prefix': { S: TOLD_PREFIX } },
      };
      const found: ToldAlert[] = [];
      for await (const { Items = [] } of paginateQuery({ client }, records))
        found.push(...Items.map((item) => toldAlert.parse(unmarshall(item))));
      return found;
    },

    /** Writes a record. @returns false if another digest wrote it since it was read: its number of writes is not one less */
    async put(record: ToldAlert): Promise<boolean> {
      const put = new PutItemCommand({
        TableName: table,
        Item: marshall({ ...record, mail: toldId(record.alert) }, { removeUndefinedValues: true }),
        ...(record.writes === 1
          ? { ConditionExpression: 'attribute_not_exists(recipient)' }
          : {
              ConditionExpression: 'writes = :before',
              ExpressionAttributeValues: { ':before': { N: String(record.writes - 1) } },
            }),
      });
      if (await isConditionMet(client.send(put))) return true;
      // If the answer was lost, the SDK repeats the write, and the condition fails because of our own first write.
      const stored = await get(record.recipient, record.alert);
      return JSON.stringify(stored) === JSON.stringify(toldAlert.parse(record));
    },
  };
}
