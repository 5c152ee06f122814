import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { deliveriesTable } from '../../lambdas/adapters/deliveries-table.ts';
import { dropBucket } from '../../lambdas/adapters/drop-bucket.ts';
import { digestsTable } from '../../lambdas/adapters/ledger-table.ts';
import { limitsTable } from '../../lambdas/adapters/limits-table.ts';
import { pricesTable } from '../../lambdas/adapters/prices-table.ts';
import { recordsBucket } from '../../lambdas/adapters/records-bucket.ts';
import { subscribersTable } from '../../lambdas/adapters/subscribers-table.ts';
import { tickersTable } from '../../lambdas/adapters/tickers-table.ts';
import { canBeReplayed } from '../../lambdas/contracts/delivery-record.ts';
import type { Revision } from '../../lambdas/contracts/keys.ts';
import type { DigestRecord } from '../../lambdas/contracts/ledger-record.ts';
import { type Subscriber, subscriberId } from '../../lambdas/contracts/subscriber.ts';
import { clientFor, type Endpoints } from '../../local/app/endpoints.ts';
import { subscribe } from '../../local/app/subscribers.ts';
import type { StoredTicker } from '../support/deliveries.ts';
import { LocalStack } from '../support/local-stack.ts';

/** The adapters against the emulators, over the tables and buckets of the template. */
const stack = new LocalStack();
const NOW = '2020-01-10T22:00:00.000Z';
let endpoints: Endpoints;
let dynamodb: DynamoDBClient;
let s3: S3Client;
const table = (name: string): string => endpoints.resources[name] ?? name;

beforeAll(async () => {
  endpoints = await stack.start('--empty');
  dynamodb = new DynamoDBClient(clientFor(endpoints.dynamodb));
  s3 = new S3Client(clientFor(endpoints.s3));
}, 60_000);
afterAll(async () => {
  dynamodb.destroy();
  s3.destroy();
  await stack.stop();
});

describe('prices', () => {
  test('come back as they were written, from a year on, tombstones included', async () => {
    const prices = pricesTable(dynamodb, table('Prices-Prices'));
    const segments = Array.from({ length: 60 }, (_, i) => ({
      ticker: 'W',
      year: String(1960 + i),
      rows: `0101 ${i + 1}`,
    }));
    const said = { delivery: '2020-01-01.history', revision: '01', droppedAt: '2020-01-01T21:00:00.000Z' };
    for (let i = 0; i < segments.length; i += prices.batchSize) {
      await prices.writeSegments(said, segments.slice(i, i + prices.batchSize));
    }
    await prices.writeSegments(said, [{ ticker: 'W', year: '9999', rows: 'retired' }]);
    const expected = [
      { ...said, year: '2018', rows: '0101 59' },
      { ...said, year: '2019', rows: '0101 60' },
      { ...said, year: '9999', rows: 'retired' },
    ];
    expect(await prices.segmentsOf('W', '2018')).toEqual({ standing: expected, versions: expected });
  });

  test('that are replaced or emptied stay as versions, those of other deliveries as they are', async () => {
    const prices = pricesTable(dynamodb, table('Prices-Prices'));
    const droppedAt = '2020-01-02T21:00:00.000Z';
    const [first, second] = ['01', '02'].map((revision) => ({
      delivery: 'a@b/2020-01-02.history',
      revision,
      droppedAt,
    }));
    const other = { delivery: 'eu/2020-01-02.incremental', revision: '0F', droppedAt };
    const [old, kept] = [first, other].map((said) => ({ ...said, year: '2020', rows: '0102 1' }));
    const name = { ticker: 'R', year: '2020' };
    for (const said of [first, other]) if (said) await prices.writeSegments(said, [{ ...name, rows: '0102 1' }]);
    expect(await prices.standing(first?.delivery ?? '', [name, { ...name, year: '2021' }])).toEqual([
      expect.objectContaining({ ...old, ticker: 'R' }),
    ]);
    await prices.keepReplaced(droppedAt, [{ ...name, ...first, rows: '0102 1' } as StoredTicker]);
    await prices.writeSegments(second as Revision, [{ ...name, rows: '' }]);
    const { standing, versions } = await prices.segmentsOf('R', '0');
    expect(standing).toEqual([kept]);
    expect(versions).toEqual([{ ...second, year: '2020', rows: '' }, { ...old, isReplaced: true }, kept]);
  });
});

test('a delivery record from before files could be read again is understood, but for where the file is', async () => {
  const old = {
    delivery: '2020-01-04.history',
    state: 'applied',
    revision: '01',
    etag: 'e',
    objectKey: '2020-01-04_history.csv',
    droppedAt: NOW,
    changedAt: NOW,
    applied: { revision: '01', etag: 'e' },
    unfinished: [],
    tick: 3,
  };
  await dynamodb.send(new PutItemCommand({ TableName: table('Prices-Deliveries'), Item: marshall(old) }));
  const found = await deliveriesTable(dynamodb, table('Prices-Deliveries')).get('2020-01-04.history');
  const known = {
    object: { bucket: '', key: '2020-01-04_history.csv', etag: 'e', size: 0 },
    drop: { key: '2020-01-04_history.csv', droppedAt: NOW },
  };
  expect(found).toMatchObject({ ...known, applied: { revision: '01', droppedAt: NOW, ...known }, tick: 3 });
  expect(found && canBeReplayed(found)).toBe(false);
});

test('a delivery record is replaced only by whoever saw its latest state', async () => {
  const deliveries = deliveriesTable(dynamodb, table('Prices-Deliveries'));
  const next = {
    delivery: '2020-01-03.history',
    state: 'received' as const,
    revision: '01',
    object: { bucket: 'drop', key: 'k', etag: 'e', size: 1 },
    drop: { key: 'k', droppedAt: NOW },
    droppedAt: '2020-01-03T21:00:00Z',
    changedAt: '2020-01-03T21:00:01Z',
    unfinished: ['01'],
    lease: { owner: 'me', until: 1 },
  };
  const first = await deliveries.replace(undefined, next);
  expect(await deliveries.get('2020-01-03.history')).toEqual({ ...next, tick: 1 });
  expect(await deliveries.replace(undefined, { ...next, revision: '02' })).toBeUndefined();
  // The same write once more is the SDK's retry after a lost answer.
  expect(await deliveries.replace(undefined, next)).toEqual(first);
  const racers = await Promise.all(
    ['0A', '0B', '0C'].map((revision) => deliveries.replace(first, { ...next, revision })),
  );
  expect(racers.filter(Boolean)).toHaveLength(1);
  expect(await deliveries.get('nobody')).toBeUndefined();
});

describe('the ledger', () => {
  const record = (overrides: Partial<DigestRecord> = {}): DigestRecord => ({
    subscriber: 's1',
    digest: '2020-01-02T21:00:00Z#2020-01-02.incremental#01',
    state: 'claimed',
    shown: { segments: [], tickers: {} },
    claimedBy: 'invocation-1',
    claimedAt: '2020-01-02T21:00:05Z',
    attempts: 1,
    expiresAt: 2_000_000_000,
    ...overrides,
  });

  test('gives a digest to one of many who claim it', async () => {
    const digests = digestsTable(dynamodb, table('FanOut-Digests'));
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        digests.claim(record({ shown: { segments: [], tickers: {} }, claimedBy: `twin-${i}` })),
      ),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    const again = record({
      claimedAt: '2020-01-02T22:00:05Z',
      shown: { segments: [], tickers: {} },
      claimedBy: 'again',
    });
    const rivals = ['again', 'rival'].map((claimedBy) => digests.claim({ ...again, claimedBy }, record()));
    expect((await Promise.all(rivals)).filter(Boolean)).toHaveLength(1);
    await digests.markSent(record(), 'message-1');
    expect(await digests.claim({ ...again, shown: { segments: [], tickers: {} }, claimedBy: 'late' }, again)).toBe(
      false,
    );
    await digests.release(record());
    expect((await digests.recordOf(record())).own).toMatchObject({ state: 'sent', messageId: 'message-1' });
  });

  test('finds the last digest that was sent, and takes back what was not', async () => {
    const digests = digestsTable(dynamodb, table('FanOut-Digests'));
    const older = record({ subscriber: 's2', digest: '2020-01-01T21:00:00Z#a#01' });
    const newer = record({ subscriber: 's2' });
    await digests.claim(older);
    await digests.markSent(older, 'message-2');
    const refused = record({ subscriber: 's2', digest: '2020-01-02T09:00:00Z#b#01' });
    await digests.claim(refused);
    await digests.markRefused(refused, 'MessageRejected');
    await digests.claim(newer);
    expect(await digests.recordOf(newer)).toMatchObject({
      own: { state: 'claimed' },
      told: { messageId: 'message-2' },
    });
    await digests.release(newer);
    expect(await digests.recordOf(newer)).toMatchObject({ told: { digest: older.digest } });
    expect((await digests.recordOf(newer)).own).toBeUndefined();
  });

  test('has an unsettled claim again where the next try was certainly not sent', async () => {
    const digests = digestsTable(dynamodb, table('FanOut-Digests'));
    const first = record({ subscriber: 's3' });
    const second = record({ subscriber: 's3', claimedAt: '2020-01-02T22:00:05Z', attempts: 2 });
    await digests.claim(first);
    await digests.claim(second, first);
    await digests.release(first);
    expect((await digests.recordOf(first)).own).toEqual(second);
    await digests.release(second, first);
    expect((await digests.recordOf(first)).own).toEqual(first);
  });
});

const aClaim = (key: { subscriber: string; digest: string }) => ({
  ...key,
  state: 'claimed' as const,
  shown: { segments: [], tickers: {} },
  claimedBy: 'i',
  claimedAt: NOW,
  attempts: 1,
  expiresAt: 2,
});

test('what a first try showed counts until SES answers the second, whatever else it says', async () => {
  const digests = digestsTable(dynamodb, table('FanOut-Digests'));
  const key = { subscriber: 's8', digest: '2020-01-02T21:00:00Z#a#01' };
  const first = { ...aClaim(key), claimedAt: '2020-01-02T21:01:00Z' };
  const second = { ...aClaim(key), attempts: 2, earlier: { claimedAt: first.claimedAt, shown: first.shown } };
  const after = { subscriber: 's8', digest: '2020-01-03T21:00:00Z#a#01' };
  await digests.claim(first);
  await digests.claim(second, first);
  await digests.markSent(key, 'm8', { deliveredAt: NOW });
  expect((await digests.recordOf(after)).told?.claimedAt).toBe(first.claimedAt);
  await digests.markTaken(second, 'm9');
  expect((await digests.recordOf(after)).told).toMatchObject({ claimedAt: NOW, messageId: 'm9' });
});

test('the ledger keeps what SES says of a mail, in any order, and nothing of a record that is gone', async () => {
  const digests = digestsTable(dynamodb, table('FanOut-Digests'));
  const key = { subscriber: 's4', digest: '2020-01-02T21:00:00Z#a#01' };
  const soft = { kind: 'soft' as const, at: NOW, detail: 'Transient MailboxFull' };
  const claim = aClaim(key);
  await digests.markSent(key, 'm4');
  await digests.markRejected(key, 'm4', 'Rejected: Bad content');
  expect((await digests.recordOf(key)).own).toBeUndefined();
  await digests.claim(claim);
  await digests.markSent(key, 'm4', { bounce: soft });
  await digests.markSent(key, 'm4', { deliveredAt: NOW });
  await digests.markSent(key, 'm4', { bounce: { ...soft, kind: 'hard' } });
  await digests.markSent(key, 'm4');
  expect((await digests.recordOf(key)).own).toEqual({
    ...claim,
    state: 'sent',
    messageId: 'm4',
    bounce: soft,
    deliveredAt: NOW,
  });
  expect(await digests.softBounces('s4')).toBe(1);
  // An out-of-office reply: the mail was there before.
  expect((await digests.recordOf({ ...key, digest: '2021' })).told?.messageId).toBe('m4');
  await digests.markRejected(key, 'of an earlier try', 'Rejected: Bad content');
  expect((await digests.recordOf(key)).own?.state).toBe('sent');
  await digests.markRejected(key, 'm4', 'Rejected: Bad content');
  await digests.markSent(key, 'm4');
  expect((await digests.recordOf(key)).own).toMatchObject({ state: 'refused', reason: 'Rejected: Bad content' });
});

test('what a subscriber was told last is found behind any number of mails that told them nothing', async () => {
  const digests = digestsTable(dynamodb, table('FanOut-Digests'));
  const at = (n: number) => ({ subscriber: 's6', digest: `2020-01-${String(n).padStart(2, '0')}T21:00:00Z#a#01` });
  for (let n = 1; n < 26; n++) {
    await digests.claim(aClaim(at(n)));
    if (n === 1) await digests.markSent(at(n), 'm6');
    else await digests.markRefused(aClaim(at(n)), 'MessageRejected');
  }
  expect((await digests.recordOf(at(26))).told?.messageId).toBe('m6');
});

test('a try that SES refused does not hide that an earlier one went out after all', async () => {
  const digests = digestsTable(dynamodb, table('FanOut-Digests'));
  const first = {
    subscriber: 's5',
    digest: '2020-01-02T21:00:00Z#a#01',
    state: 'claimed' as const,
    shown: { segments: [], tickers: {} },
    claimedBy: 'i',
    claimedAt: '2020-01-02T21:00:05Z',
    attempts: 1,
    expiresAt: 2,
  };
  const second = { ...first, claimedAt: '2020-01-02T22:00:05Z', attempts: 2 };
  await digests.claim(first);
  await digests.markRefused(second, 'not its own');
  expect((await digests.recordOf(first)).own).toEqual(first);
  await digests.claim(second, first);
  await digests.markRefused(second, 'MessageRejected');
  await digests.markSent(first, 'm5', { deliveredAt: NOW });
  expect((await digests.recordOf(first)).own).toMatchObject({ state: 'sent', messageId: 'm5', deliveredAt: NOW });
});

describe('one subscriber', () => {
  const item = (address: string): Subscriber => ({
    subscriber: subscriberId(address),
    address,
    state: 'pending',
    tickers: {},
    preferences: { theme: 'light' },
  });

  test('is added once, confirmed once, and erased', async () => {
    const subscribers = subscribersTable(dynamodb, table('Subscribers-Subscribers'));
    const ada = item('ada-1@example.com');
    expect([await subscribers.add(ada), await subscribers.add(ada)]).toEqual([true, false]);
    expect(await subscribers.get(ada.subscriber)).toEqual(ada);
    expect([await subscribers.confirm(ada.subscriber, NOW), await subscribers.confirm(ada.subscriber, NOW)]).toEqual([
      true,
      false,
    ]);
    await subscribers.erase(ada.subscriber);
    expect(await subscribers.get(ada.subscriber)).toBeUndefined();
    expect(await subscribers.confirm(ada.subscriber, NOW)).toBe(false);
  });

  test('who is invited may be invited otherwise until they confirm', async () => {
    const subscribers = subscribersTable(dynamodb, table('Subscribers-Subscribers'));
    const ada = item('ada-4@example.com');
    const otherwise = { ...ada, tickers: { X: { window: 30 as const } } };
    expect([await subscribers.invite(ada), await subscribers.invite(otherwise)]).toEqual([true, true]);
    await subscribers.confirm(ada.subscriber, NOW);
    expect(await subscribers.invite(ada)).toBe(false);
    expect((await subscribers.get(ada.subscriber))?.tickers).toEqual(otherwise.tickers);
    await subscribers.erase(ada.subscriber);
  });

  test('follows at most 500 tickers, whoever asks at the same time', async () => {
    const subscribers = subscribersTable(dynamodb, table('Subscribers-Subscribers'));
    const tickers = Object.fromEntries(Array.from({ length: 498 }, (_, i) => [`T${i}`, { window: 90 as const }]));
    const ada = { ...item('ada-2@example.com'), tickers };
    await subscribers.add(ada);
    const asked = ['A.B', 'C/D', 'E#F', 'T0'].map((ticker) => subscribers.follow(ada.subscriber, ticker, 365));
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(3);
    expect((await subscribers.get(ada.subscriber))?.tickers['T0']).toEqual({ window: 365 });
    await subscribers.unfollow(ada.subscriber, 'T0');
    expect(Object.keys((await subscribers.get(ada.subscriber))?.tickers ?? {})).toHaveLength(499);
    await subscribers.unfollowAll(ada.subscriber);
    expect((await subscribers.get(ada.subscriber))?.tickers).toEqual({});
    expect(await subscribers.follow('nobody', 'T0', 90)).toBe(false);
    await subscribers.erase(ada.subscriber);
  });

  test('changes preferences, pauses and resumes', async () => {
    const subscribers = subscribersTable(dynamodb, table('Subscribers-Subscribers'));
    const ada = item('ada-3@example.com');
    await subscribers.add(ada);
    const paused = { theme: 'dark', window: 365, pausedUntil: '2020-02-01' } as const;
    await subscribers.setPreferences(ada.subscriber, paused, NOW);
    expect(await subscribers.setPreferences(ada.subscriber, {}, NOW)).toBe(true);
    expect(await subscribers.get(ada.subscriber)).toMatchObject({
      preferences: { theme: 'dark', window: 365 },
      pausedUntil: '2020-02-01',
    });
    await subscribers.setPreferences(ada.subscriber, { pausedUntil: null }, NOW);
    const resumed = await subscribers.get(ada.subscriber);
    expect([resumed?.pausedUntil, resumed?.preferences]).toEqual([undefined, { theme: 'dark', window: 365 }]);
    await subscribers.erase(ada.subscriber);
  });
});

test('an address is stopped until its owner resumes; soft bounces only ever add up', async () => {
  const subscribers = subscribersTable(dynamodb, table('Subscribers-Subscribers'));
  const { subscriber: id } = await subscribe(endpoints, 'ada-5@example.com', ['X']);
  const bounced = { why: 'bounced', at: '2020-01-10T21:00:00.000Z' } as const;
  const sentAt = '2020-01-10T20:59:00.000Z';
  expect(await subscribers.stop('nobody', bounced, sentAt)).toBe(false);
  await subscribers.stop(id, bounced, sentAt);
  await subscribers.stop(id, { why: 'complained', at: '2020-01-11T21:00:00.000Z' }, '2020-01-11T20:59:00.000Z');
  expect((await subscribers.get(id))?.undeliverable).toEqual(bounced);
  await subscribers.setPreferences(id, { pausedUntil: null }, '2020-01-12T09:00:00.000Z');
  // A mail from before that bounces only now, or by a clock that is wrong.
  expect(await subscribers.stop(id, { why: 'bounced', at: '2020-02-01T00:00:00.000Z' }, sentAt)).toBe(false);
  for (const count of [1, 3, 2]) await subscribers.countSoftBounces(id, count);
  const there = await subscribers.get(id);
  expect([there?.undeliverable, there?.softBounces]).toEqual([undefined, 3]);
  await subscribers.erase(id);
});

test('a ticker that is in two shards, of different numbers of shards, is one', async () => {
  for (const shard of ['0', '1'])
    await dynamodb.send(
      new PutItemCommand({
        TableName: table('Prices-Tickers'),
        Item: { shard: { S: shard }, tickers: { SS: ['TWICE'] } },
      }),
    );
  const tickers = await tickersTable(dynamodb, table('Prices-Tickers')).all();
  expect(tickers.filter((name) => name === 'TWICE')).toEqual(['TWICE']);
  for (const shard of ['0', '1'])
    await dynamodb.send(new DeleteItemCommand({ TableName: table('Prices-Tickers'), Key: { shard: { S: shard } } }));
});

test('tickers are added by many at once, and all are read', async () => {
  const tickers = tickersTable(dynamodb, table('Prices-Tickers'));
  const names = Array.from({ length: 500 }, (_, i) => `N${i}`);
  await Promise.all([tickers.add(names.slice(0, 300)), tickers.add(names.slice(200)), tickers.add([])]);
  expect(await tickers.all()).toEqual(names.sort());
});

test('a limit gives so many in a window, however many ask at once', async () => {
  const limits = limitsTable(dynamodb, table('Api-Limits'));
  const limit = { key: 'previews/x', max: 3, windowSeconds: 3600 };
  const now = Date.parse('2020-01-10T21:59:00Z');
  const waits = await Promise.all(Array.from({ length: 8 }, () => limits.take(limit, now)));
  expect(waits.sort()).toEqual([0, 0, 0, 60, 60, 60, 60, 60]);
  expect(await limits.take(limit, now + 60_000)).toBe(0);
  await limits.note('erased/x', now, 60);
  expect([await limits.noted('erased/x'), await limits.noted('erased/y')]).toEqual([now, undefined]);
});

test('every record of a subscriber is forgotten, and nobody else’s', async () => {
  const digests = digestsTable(dynamodb, table('FanOut-Digests'));
  const record = (subscriber: string, digest: string): DigestRecord => ({
    subscriber,
    digest,
    state: 'claimed',
    shown: { segments: [], tickers: {} },
    claimedBy: 'i',
    claimedAt: '2020-01-02T21:00:05Z',
    attempts: 1,
    expiresAt: 2_000_000_000,
  });
  for (let i = 0; i < 30; i++) await digests.claim(record('leaving', `d${i}`));
  await digests.claim(record('staying', 'd1'));
  await digests.eraseAll('leaving');
  expect(await digests.recordOf({ subscriber: 'leaving', digest: 'd9' })).toEqual({});
  expect((await digests.recordOf({ subscriber: 'staying', digest: 'd1' })).own).toBeDefined();
});

test('a parallel scan sees every subscriber once, and names the broken ones', async () => {
  const addresses = Array.from({ length: 30 }, (_, i) => `scan-${i}@example.com`);
  for (const address of addresses) await subscribe(endpoints, address, ['AAPL']);
  await dynamodb.send(
    new PutItemCommand({ TableName: table('Subscribers-Subscribers'), Item: { subscriber: { S: 'broken' } } }),
  );
  const subscribers = subscribersTable(dynamodb, table('Subscribers-Subscribers'));
  const seen: string[] = [];
  const broken: string[] = [];
  for (const segment of [0, 1, 2]) {
    let after: string | undefined;
    do {
      const page = await subscribers.scanPage({ segment, segments: 3, after }, 4);
      seen.push(...page.subscribers.map(({ address }) => address));
      broken.push(...page.broken);
      after = page.after;
    } while (after);
  }
  expect(seen.sort()).toEqual(addresses.sort());
  expect(broken).toEqual(['broken']);
});

describe('buckets', () => {
  test('a dropped version is read only while it is the one the event named', async () => {
    const drop = dropBucket(s3);
    const { ETag = '' } = await s3.send(
      new PutObjectCommand({ Bucket: endpoints.dropBucket, Key: 'a/b c.txt', Body: 'one' }),
    );
    const named = { bucket: endpoints.dropBucket, key: 'a/b c.txt', size: 3, etag: ETag.replaceAll('"', '') };
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await drop.read(named)) ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('one');
    await s3.send(new PutObjectCommand({ Bucket: endpoints.dropBucket, Key: 'a/b c.txt', Body: 'two' }));
    expect(await drop.read(named)).toBeUndefined();
    expect(await drop.read({ ...named, key: 'missing.txt' })).toBeUndefined();
  });

  test('records come back, and a missing one is undefined', async () => {
    const records = recordsBucket(s3, table('Ingest-Records'));
    await records.put('deliveries/x/report.json', '{"ok":true}', 'application/json');
    expect(Buffer.from((await records.get('deliveries/x/report.json')) ?? []).toString()).toBe('{"ok":true}');
    expect(await records.get('deliveries/none')).toBeUndefined();
    const { ContentType } = await s3.send(
      new GetObjectCommand({ Bucket: table('Ingest-Records'), Key: 'deliveries/x/report.json' }),
    );
    expect(ContentType).toBe('application/json');
  });
});
