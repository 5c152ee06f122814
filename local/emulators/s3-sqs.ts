import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buildApp } from 'fauxqs';
import { guarded } from '../engine/guard.ts';
import { answerCors, type CorsRule } from './s3-cors.ts';

/** An object that was written. */
export type CreatedObject = { bucket: string; key: string; size: number; etag: string; lastModified: Date };

export type S3AndSqs = {
  url: string;
  /** Every object of a bucket, by key. */
  objectsIn(bucket: string): CreatedObject[];
  /** Sets which pages may send requests to buckets. */
  allowPages(rules: ReadonlyMap<string, readonly CorsRule[]>): void;
  stop(): Promise<void>;
};

const MAX_OBJECT_BYTES = 2 ** 31 - 1;

/**
 * Starts S3 and SQS on 127.0.0.1. fauxqs persists state only in a server that listens on all addresses, so its stores are assembled here.
 * @param folder keeps their state
 * @param onCreated called for every object that is written; fauxqs has no such event
 */
export async function startS3AndSqs(
  port: number,
  folder: string,
  onCreated: (object: CreatedObject) => void,
): Promise<S3AndSqs> {
  mkdirSync(folder, { recursive: true });
  const { sqsStore, snsStore, s3Store, close } = await openStores(folder);
  notifyOfObjects(s3Store, onCreated);
  const app = buildApp({
    logger: false,
    stores: { sqsStore, snsStore, s3Store: s3Store as unknown as Stores['s3Store'] },
  });
  // Its own parser has a limit of 11 MiB; a history file is larger.
  app.removeContentTypeParser('*');
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_OBJECT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  refuseOverwrites(app, s3Store);
  const cors = new Map<string, readonly CorsRule[]>();
  answerCors(app, cors);
  app.addHook('preClose', close);
  guarded(app.server);
  await app.listen({ host: '127.0.0.1', port });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    objectsIn: (bucket) => [...(s3Store.buckets.get(bucket)?.values() ?? [])].map((object) => describe(bucket, object)),
    allowPages(rules) {
      for (const [bucket, own] of rules) cors.set(bucket, own);
    },
    stop: () => app.close(),
  };
}

type StoredObject = { key: string; contentLength: number; etag: string; lastModified: Date };

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type SqsStore = Stores['sqsStore'];
type SnsStore = Stores['snsStore'];
/** fauxqs does not export its stores; these are the parts used here. */
type S3Store = {
  buckets: Map<string, Map<string, StoredObject>>;
  multipartUploads: Map<string, { bucket: string }>;
  persistence: unknown;
  putObject(bucket: string, ...rest: unknown[]): StoredObject;
  completeMultipartUpload(uploadId: string, ...rest: unknown[]): StoredObject;
};

async function openStores(folder: string) {
  const load = async (path: string) => import(new URL(path, import.meta.resolve('fauxqs')).href);
  const [sqs, sns, s3, files, database] = await Promise.all([
    load('./sqs/sqsStore.js'),
    load('./sns/snsStore.js'),
    load('./s3/s3Store.js'),
    load('./s3/fileS3Persistence.js'),
    load('./persistence.js'),
  ]);
  const sqsStore: SqsStore = new sqs.SqsStore();
  const snsStore: SnsStore = new sns.SnsStore();
  const s3Store: S3Store = new s3.S3Store();
  const messages = new database.PersistenceManager(join(folder, 'sqs'));
  resetReceives(join(folder, 'sqs', 'fauxqs.db'));
  removeTornObjects(join(folder, 's3'));
  const objects = new files.FileS3Persistence(join(folder, 's3'));
  messages.loadSqsAndSns(sqsStore, snsStore);
  objects.loadS3(s3Store);
  sqsStore.persistence = messages;
  snsStore.persistence = messages;
  for (const queue of sqsStore.allQueues()) queue.persistence = messages;
  s3Store.persistence = objects;
  return {
    sqsStore,
    snsStore,
    s3Store,
    close: (done: () => void) => {
      messages.close();
      objects.close();
      done();
    },
  };
}

/**
 * S3 answers 412 to a PUT with `If-None-Match: *` if there is an object, and with `If-Match` if there is another one; the emulator ignores
 * both.
 */
function refuseOverwrites(app: ReturnType<typeof buildApp>, { buckets }: S3Store): void {
  const writing = new Set<string>();
  app.addHook('preHandler', async (request, reply) => {
    const expected = request.headers['if-match'];
    if (request.method !== 'PUT' || (request.headers['if-none-match'] !== '*' && expected === undefined)) return;
    const path = decodeURIComponent(request.url.split('?', 1)[0] ?? '');
    const [, bucket = '', key = ''] = /^\/([^/]+)\/(.+)$/s.exec(path) ?? [];
    const found = buckets.get(bucket)?.get(key)?.etag.replaceAll('"', '');
    if (writing.has(path) || found !== expected?.replaceAll('"', '')) {
      const xml = '<Error><Code>PreconditionFailed</Code><Message>Another object exists.</Message></Error>';
      return reply.code(412).type('application/xml').send(xml);
    }
    writing.add(path);
    reply.raw.once('close', () => writing.delete(path));
  });
}

/** Removes objects that were being written when the last run was killed: no event was sent, and they cannot be read. */
function removeTornObjects(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.meta.json')) continue;
    try {
      JSON.parse(readFileSync(join(folder, name), 'utf8'));
    } catch {
      rmSync(join(folder, name));
    }
  }
}

/** Makes all messages visible: their receivers ended with the last run. */
function resetReceives(file: string): void {
  const database = new DatabaseSync(file);
  database.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');
  database.close();
}

function notifyOfObjects(store: S3Store, onCreated: (object: CreatedObject) => void): void {
  const put = store.putObject.bind(store);
  store.putObject = (bucket, ...rest) => {
    // The emulator uses keys as file paths. S3 would accept this key.
    if (String(rest[0]).split('/').includes('..')) throw new Error(`The local S3 rejects keys with "..": ${rest[0]}`);
    const object = put(bucket, ...rest);
    onCreated(describe(bucket, object));
    return object;
  };
  const complete = store.completeMultipartUpload.bind(store);
  store.completeMultipartUpload = (uploadId, ...rest) => {
    // Afterwards the emulator has forgotten the upload.
    const bucket = store.multipartUploads.get(uploadId)?.bucket;
    const object = complete(uploadId, ...rest);
    if (bucket) onCreated(describe(bucket, object));
    return object;
  };
}

const describe = (bucket: string, { key, contentLength, etag, lastModified }: StoredObject): CreatedObject => ({
  bucket,
  key,
  size: contentLength,
  etag: etag.replaceAll('"', ''),
  lastModified,
});
