import { type DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type CollectRequest, collectRequest } from '../contracts/collect.ts';
import { type RunRecord, runRecord } from '../contracts/run-record.ts';
import { isConditionMet } from './conditional.ts';

/** Runs are shown for this long. The records bucket keeps them longer. */
const RUN_DAYS = 90;
const DAY_SECONDS = 86_400;
/** Sorts before every run. */
const PACE = '#pace';
/** Writers that change one pace at the same time. */
const MAX_CONFLICTS = 50;

/** What a provider allows. */
export type Pace = { perMinute: number; perDay?: number | undefined };
/** When a request may be sent; `quota` if that of the day is used up, `late` if its turn comes too late. */
export type Slot = { waitMs: number } | 'quota' | 'late';

export type RunsTable = ReturnType<typeof runsTable>;

/** The runs of collectors, and for each provider the pace that all invocations share. */
export function runsTable(client: DynamoDBClient, table: string) {
  async function paceOf(provider: string) {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: table,
        ConsistentRead: true,
        Key: { provider: { S: provider }, run: { S: PACE } },
      }),
    );
    const number = (name: string) => Number(Item?.[name]?.N ?? 0);
    return { version: number('version'), nextAt: number('nextAt'), day: Item?.['day']?.S ?? '', used: number('used') };
  }

  return {
    /** @param request that it was started with, so that it can be started again */
    async put(record: RunRecord, request: CollectRequest): Promise<void> {
      const expiresAt = Math.ceil(Date.parse(record.startedAt) / 1000) + RUN_DAYS * DAY_SECONDS;
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            provider: { S: record.provider },
            run: { S: record.run },
            record: { S: JSON.stringify(record) },
            request: { S: JSON.stringify(request) },
            expiresAt: { N: String(expiresAt) },
          },
        }),
      );
    },

    /** What a run was started with; undefined if there is no such run. */
    async requestOf(provider: string, run: string): Promise<CollectRequest | undefined> {
      const key = { provider: { S: provider }, run: { S: run } };
      const { Item } = await client.send(new GetItemCommand({ TableName: table, ConsistentRead: true, Key: key }));
      const text = Item?.['request']?.S;
      return text === undefined ? undefined : collectRequest.parse(JSON.parse(text));
    },

    /** The last runs of a provider, the newest first. */
    async last(provider: string, limit: number): Promise<RunRecord[]> {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'provider = :provider AND #run > :pace',
          ExpressionAttributeNames: { '#run': 'run' },
          ExpressionAttributeValues: { ':provider': { S: provider }, ':pace': { S: `${PACE}~` } },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return Items.map(({ record }) => runRecord.parse(JSON.parse(record?.S ?? '')));
    },

    /**
     * Takes the next free slot of a provider: requests of all invocations come one by one, at its pace.
     * @param now ms since 1970
     * @param until ms since 1970: a slot after that is not taken
     */
    async take(provider: string, { perMinute, perDay }: Pace, now: number, until: number): Promise<Slot> {
      for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
        const { version, nextAt, day, used } = await paceOf(provider);
        const today = new Date(now).toISOString().slice(0, 10);
        const usedToday = day === today ? used : 0;
        if (perDay !== undefined && usedToday >= perDay) return 'quota';
        const at = Math.max(now, nextAt);
        if (at > until) return 'late';
        const put = new PutItemCommand({
          TableName: table,
          Item: {
            provider: { S: provider },
            run: { S: PACE },
            version: { N: String(version + 1) },
            nextAt: { N: String(at + Math.ceil(60_000 / perMinute)) },
            day: { S: today },
            used: { N: String(usedToday + 1) },
          },
          ConditionExpression: 'attribute_not_exists(version) OR version = :seen',
          ExpressionAttributeValues: { ':seen': { N: String(version) } },
        });
        if (await isConditionMet(client.send(put))) return { waitMs: at - now };
      }
      throw new Error(
        `The pace of ${provider} was changed by others ${MAX_CONFLICTS} times in a row. The queue tries again by itself.`,
      );
    },

    /** Slots that were taken of a provider on a day (ISO): its requests, tries included. */
    async usedOn(provider: string, today: string): Promise<number> {
      const { day, used } = await paceOf(provider);
      return day === today ? used : 0;
    },
  };
}
