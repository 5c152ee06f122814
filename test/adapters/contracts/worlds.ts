import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type DeclarationFiles, declarationFiles } from '../../../lambdas/adapters/declaration-files.ts';
import { type DeliveriesTable, deliveriesTable } from '../../../lambdas/adapters/deliveries-table.ts';
import { type DropBucket, dropBucket } from '../../../lambdas/adapters/drop-bucket.ts';
import type { LakePorts } from '../../../lambdas/adapters/iceberg/lake-table.ts';
import { lakeCatalog } from '../../../lambdas/adapters/lake-catalog.ts';
import { lakeObjects } from '../../../lambdas/adapters/lake-objects.ts';
import { type LedgerTable, ledgerTable } from '../../../lambdas/adapters/ledger-table.ts';
import { type LimitsTable, limitsTable } from '../../../lambdas/adapters/limits-table.ts';
import { type FoundFile, type MailedFiles, mailedFiles } from '../../../lambdas/adapters/mailed-files.ts';
import { type OwnFiles, ownFiles } from '../../../lambdas/adapters/own-files.ts';
import { type PricesTable, pricesTable } from '../../../lambdas/adapters/prices-table.ts';
import { type RecordsBucket, recordsBucket } from '../../../lambdas/adapters/records-bucket.ts';
import { type RefreshedQueue, refreshedQueue } from '../../../lambdas/adapters/refreshed-queue.ts';
import { type RunsTable, runsTable } from '../../../lambdas/adapters/runs-table.ts';
import { type SubscribersTable, subscribersTable } from '../../../lambdas/adapters/subscribers-table.ts';
import { type TickersTable, tickersTable } from '../../../lambdas/adapters/tickers-table.ts';
import { type ToldAlerts, toldAlerts } from '../../../lambdas/adapters/told-alerts.ts';
import { type Refreshed, refreshed } from '../../../lambdas/contracts/refreshed.ts';
import type { Endpoints } from '../../../local/app/endpoints.ts';
import { clientFor } from '../../../local/engine/client-options.ts';
import { ACCOUNT, REGION } from '../../../local/engine/intrinsics.ts';
import { drop } from '../../support/drops.ts';
import { MemoryRuns, memoryFiles } from '../../support/memory/collect.ts';
import { MemoryLake } from '../../support/memory/lake.ts';
import { memoryMailedFiles } from '../../support/memory/mailed-files.ts';
import { memoryLimits } from '../../support/memory/small.ts';
import { MemoryWorld } from '../../support/memory-world.ts';

/** Every port that has an implementation in memory. */
export type Ports = {
  collected: OwnFiles;
  declarations: DeclarationFiles;
  deliveries: DeliveriesTable;
  drop: DropBucket;
  lake: LakePorts;
  ledger: LedgerTable;
  mailed: MailedFiles;
  limits: LimitsTable;
  prices: PricesTable;
  records: RecordsBucket;
  refreshed: RefreshedQueue;
  runs: RunsTable;
  subscribers: SubscribersTable;
  tickers: TickersTable;
  told: ToldAlerts;
};

/** Ports, and what tests need to see their other side. */
export type World = {
  ports: Ports;
  /** Uploads a file as a vendor does. @returns the version that the event names */
  upload(key: string, content: string): Promise<Parameters<Ports['drop']['read']>[0]>;
  /** Takes the visible messages from the refreshed queue. */
  received(): Promise<Refreshed[]>;
  close(): void;
};

export function inMemory(): World {
  const world = new MemoryWorld();
  const mails = new Map<string, string>();
  const files = memoryFiles(world.objects, (key, content) => void drop(world, key, content));
  return {
    ports: {
      ...world.ports(),
      lake: new MemoryLake().ports(),
      limits: memoryLimits(new Map()),
      runs: new MemoryRuns().port(),
      collected: files,
      declarations: declarationFiles(files),
      mailed: memoryMailedFiles({
        newest: () => newest(world, mails),
        upload: (key, content, mail) => {
          drop(world, key, content);
          mails.set(key, mail);
        },
      }),
    },
    async upload(key, content) {
      const event = drop(world, key, content);
      mails.delete(key);
      if (event.kind !== 'upload') throw new Error('Expected an upload.');
      return event.file;
    },
    received: async () =>
      world.messages.splice(0).flatMap(({ message, delaySeconds }) => (delaySeconds === 0 ? [message] : [])),
    close: () => undefined,
  };
}

const newest = (world: MemoryWorld, mails: ReadonlyMap<string, string>): FoundFile[] =>
  [...world.objects].map(([key, { etag }]) => ({
    key,
    etag,
    uploadedAt: new Date(0).toISOString(),
    mail: mails.get(key),
  }));

/** The adapters on the emulators of a running stack. */
export function onEmulators(endpoints: Endpoints, dynamodb = new DynamoDBClient(clientFor(endpoints.dynamodb))): World {
  const s3 = new S3Client(clientFor(endpoints.s3));
  const sqs = new SQSClient(clientFor(endpoints.sqs));
  const resource = (place: string): string => endpoints.resources[place] ?? place;
  // A queue without a consumer.
  const QueueUrl = resource('Feedback-Events-DeadLetters');
  return {
    ports: {
      deliveries: deliveriesTable(dynamodb, resource('Prices-Deliveries')),
      drop: dropBucket(s3),
      declarations: declarationFiles(ownFiles(s3, endpoints.dropBucket)),
      lake: {
        objects: lakeObjects(s3),
        catalog: lakeCatalog({
          url: endpoints.lake,
          region: REGION,
          catalog: ACCOUNT,
          databasePrefix: '',
          credentials: async () => ({ accessKeyId: 'local', secretAccessKey: 'local' }),
        }),
      },
      runs: runsTable(dynamodb, resource('Collectors-Runs')),
      mailed: mailedFiles(s3, endpoints.dropBucket),
      collected: ownFiles(s3, endpoints.dropBucket),
      ledger: ledgerTable(dynamodb, resource('Mail-Ledger')),
      limits: limitsTable(dynamodb, resource('Gateway-Limits')),
      prices: pricesTable(dynamodb, resource('Prices-Prices')),
      records: recordsBucket(s3, resource('Ingest-Records')),
      refreshed: refreshedQueue(sqs, QueueUrl),
      subscribers: subscribersTable(dynamodb, resource('Subscribers-Subscribers')),
      tickers: tickersTable(dynamodb, resource('Prices-Tickers')),
      told: toldAlerts(dynamodb, resource('Mail-Ledger')),
    },
    async upload(Key, Body) {
      const Bucket = endpoints.dropBucket;
      const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
      return { bucket: Bucket, key: Key, etag: ETag.replaceAll('"', '') };
    },
    async received() {
      const found: Refreshed[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        if (Messages.length === 0) return found;
        for (const { Body = '', ReceiptHandle } of Messages) {
          found.push(refreshed.parse(JSON.parse(Body)));
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
    },
    close() {
      for (const client of [dynamodb, s3, sqs]) client.destroy();
    },
  };
}

/** Larger batches are processed in part, as by a table that throttles. */
const PROCESSED_WHOLE = 8;

/** A DynamoDB client whose table processes only the first half of each batch. */
export function halfProcessing(endpoints: Endpoints): DynamoDBClient {
  const client = new DynamoDBClient(clientFor(endpoints.dynamodb));
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === BatchWriteItemCommand.name) {
          const input = args.input as BatchWriteItemCommandInput;
          const [done, left] = halves(input.RequestItems ?? {}, (requests) => requests);
          const answer = await next({ ...args, input: { ...input, RequestItems: done } as typeof args.input });
          return { ...answer, output: { ...answer.output, ...(left && { UnprocessedItems: left }) } };
        }
        if (commandName === BatchGetItemCommand.name) {
          const input = args.input as BatchGetItemCommandInput;
          const [table = '', request] = Object.entries(input.RequestItems ?? {})[0] ?? [];
          const [done, left] = halves({ [table]: request?.Keys ?? [] }, (keys) => ({ ...request, Keys: keys }));
          const answer = await next({ ...args, input: { ...input, RequestItems: done } as typeof args.input });
          return { ...answer, output: { ...answer.output, ...(left && { UnprocessedKeys: left }) } };
        }
        return next(args);
      },
    { step: 'initialize' },
  );
  return client;
}

/** The first half of one table's list, and the rest if there is one. */
function halves<T, R>(lists: Record<string, T[]>, wrap: (list: T[]) => R): [Record<string, R>, Record<string, R>?] {
  const [table = '', list = []] = Object.entries(lists)[0] ?? [];
  const middle = list.length <= PROCESSED_WHOLE ? list.length : Math.ceil(list.length / 2);
  const rest = list.slice(middle);
  return [{ [table]: wrap(list.slice(0, middle)) }, ...(rest.length > 0 ? [{ [table]: wrap(rest) }] : [])] as never;
}
