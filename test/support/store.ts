import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { collectQueue } from '../../lambdas/adapters/collect-queue.ts';
import { deliveriesQueue } from '../../lambdas/adapters/deliveries-queue.ts';
import { deliveriesTable } from '../../lambdas/adapters/deliveries-table.ts';
import type { NewCollectRequest } from '../../lambdas/contracts/collect.ts';
import { commandFor } from '../../lambdas/contracts/delivery-event.ts';
import { deliveryOfKey } from '../../lambdas/contracts/delivery-id.ts';
import type { DeliveryRecord } from '../../lambdas/contracts/delivery-record.ts';
import { parseSegmentKey } from '../../lambdas/contracts/keys.ts';
import { type LedgerRecord, parseMailId } from '../../lambdas/contracts/ledger-record.ts';
import type { CommandName } from '../../lambdas/contracts/revision.ts';
import { smokeTestMessage } from '../../lambdas/contracts/smoke-test.ts';
import { TOLD_PREFIX, type ToldAlert, toldAlert } from '../../lambdas/contracts/told-alerts.ts';
import { fold, type Observation } from '../../lambdas/domain/prices/fold.ts';
import { mentionedNames } from '../../lambdas/domain/prices/names.ts';
import type { AsOf, StoredSegment } from '../../lambdas/domain/prices/segment-version.ts';
import { dropMail } from '../../local/app/drop-mail.ts';
import type { Endpoints } from '../../local/app/endpoints.ts';
import { clientFor } from '../../local/engine/client-options.ts';
import { aMail } from './mails.ts';

/** The segments of a ticker under all of its names. */
function connectedWith(ticker: string, all: ReadonlyMap<string, StoredSegment[]>): StoredSegment[] {
  const names = new Set([ticker]);
  for (const name of names) for (const other of mentionedNames(all.get(name) ?? [])) names.add(other);
  return [...names].flatMap((name) => all.get(name) ?? []);
}

type InboxMail = { id: string; to: string; subject: string; pictures: number };

/** A running stack as a vendor, an operator and an auditor use it. */
export class Store {
  readonly #endpoints: Endpoints;
  readonly #s3: S3Client;
  readonly #sqs: SQSClient;
  readonly #dynamodb: DynamoDBClient;

  constructor(endpoints: Endpoints) {
    this.#endpoints = endpoints;
    this.#s3 = new S3Client(clientFor(endpoints.s3));
    this.#sqs = new SQSClient(clientFor(endpoints.sqs));
    this.#dynamodb = new DynamoDBClient(clientFor(endpoints.dynamodb));
  }

  close(): void {
    for (const client of [this.#s3, this.#sqs, this.#dynamodb]) client.destroy();
  }

  async drop(Key: string, Body: string): Promise<void> {
    await this.#s3.send(new PutObjectCommand({ Bucket: this.#endpoints.dropBucket, Key, Body }));
  }

  /** Uploads a file in parts, as the AWS CLI does with large ones. */
  async dropInParts(Key: string, texts: readonly string[]): Promise<void> {
    const object = { Bucket: this.#endpoints.dropBucket, Key };
    const { UploadId } = await this.#s3.send(new CreateMultipartUploadCommand(object));
    const parts = texts.map(async (Body, i) => {
      const part = { PartNumber: i + 1 };
      const { ETag } = await this.#s3.send(new UploadPartCommand({ ...object, ...part, UploadId, Body }));
      return { ...part, ETag };
    });
    const MultipartUpload = { Parts: await Promise.all(parts) };
    await this.#s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }));
  }

  /** Mails a file as the vendor of the feed `mailed` does. */
  async mail(name: string, content: string): Promise<void> {
    const raw = aMail({ stamp: [], files: { [name]: content } });
    await dropMail(this.#endpoints, Buffer.from(raw));
  }

  /** Plans a run of a collector, as a schedule does. */
  async collect(request: NewCollectRequest): Promise<void> {
    const { 'Collectors-Planned-Queue': url = '' } = this.#endpoints.resources;
    await collectQueue(this.#sqs, url).send(request);
  }

  /** Asks for a smoke test, as a schedule does. */
  async testSmoke(): Promise<void> {
    const message = smokeTestMessage(new Date().toISOString());
    const QueueUrl = this.#resource('Drop-Deliveries-Queue');
    await this.#sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
  }

  async command(name: CommandName, key: string): Promise<void> {
    const record = await deliveriesTable(this.#dynamodb, this.#resource('Prices-Deliveries')).get(
      deliveryOfKey(key)?.id ?? key,
    );
    if (!record) throw new Error(`Expected a delivery of ${key}, found none.`);
    const queue = deliveriesQueue(this.#sqs, this.#resource('Drop-Deliveries-Queue'));
    await queue.send(commandFor(record, name, new Date().toISOString()));
  }

  /** Ticker → observations, folded from all items of the prices table: the current ones, or those known at `asOf`. */
  async current(asOf?: AsOf): Promise<Map<string, Observation[]>> {
    const tickers = new Map<string, StoredSegment[]>();
    for (const { ticker, segment, ...item } of await this.#itemsOf('Prices-Prices')) {
      const { isReplaced, ...name } = parseSegmentKey(String(segment));
      const stored = { ...item, ticker, ...name } as StoredSegment;
      if (isReplaced || stored.rows === '') continue;
      tickers.set(String(ticker), [...(tickers.get(String(ticker)) ?? []), stored]);
    }
    return new Map([...tickers.keys()].map((ticker) => [ticker, fold(ticker, connectedWith(ticker, tickers), asOf)]));
  }

  /** `T1 2020-01-10 51.3`, sorted. */
  prices = async (asOf?: AsOf): Promise<string[]> =>
    [...(await this.current(asOf))]
      .flatMap(([ticker, observations]) => observations.map(({ date, close }) => `${ticker} ${date} ${close}`))
      .sort();

  deliveries = async (): Promise<DeliveryRecord[]> => (await this.#itemsOf('Prices-Deliveries')) as DeliveryRecord[];
  ledger = async (): Promise<LedgerRecord[]> =>
    (await this.#itemsOf('Mail-Ledger'))
      .filter(({ mail }) => !String(mail).startsWith(TOLD_PREFIX))
      .map(({ mail, ...record }) => ({ ...record, ...parseMailId(String(mail)) }) as LedgerRecord);

  /** What the ledger knows of alerts. */
  told = async (): Promise<ToldAlert[]> =>
    (await this.#itemsOf('Mail-Ledger'))
      .filter(({ mail }) => String(mail).startsWith(TOLD_PREFIX))
      .map((item) => toldAlert.parse(item));

  /** One object of the records bucket: a report, a quarantine file. */
  async record(key: string): Promise<Buffer> {
    const Bucket = this.#resource('Ingest-Records');
    const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /** Mails of the inbox, the oldest first. */
  async mails(): Promise<InboxMail[]> {
    const mails: InboxMail[] = await (await fetch(`${this.#endpoints.inbox}/mails`)).json();
    return mails.reverse();
  }

  mailsTo = async (address: string): Promise<InboxMail[]> => (await this.mails()).filter(({ to }) => to === address);

  textOf = async (id: string): Promise<string> => (await fetch(`${this.#endpoints.inbox}/text/${id}`)).text();

  async deadLetters(): Promise<number> {
    const queues = ['Drop-Deliveries', 'Ingest-Refreshed', 'Feedback-Events', 'Lake-Reports', 'MailedFiles-Mails'];
    const counts = await Promise.all(
      queues.map(async (queue) => {
        const QueueUrl = this.#resource(`${queue}-DeadLetters`);
        const { Attributes } = await this.#sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
        );
        return Number(Attributes?.ApproximateNumberOfMessages);
      }),
    );
    return counts.reduce((a, b) => a + b);
  }

  async #itemsOf(place: string): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    for await (const { Items = [] } of paginateScan({ client: this.#dynamodb }, { TableName: this.#resource(place) }))
      items.push(...Items.map((item) => unmarshall(item)));
    return items;
  }

  #resource(place: string): string {
    const found = this.#endpoints.resources[place];
    if (!found) throw new Error(`Expected ${place} among the resources of the stack.`);
    return found;
  }
}
