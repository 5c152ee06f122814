import { DeleteItemCommand, DynamoDBClient, PutItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Endpoints } from '../../local/app/endpoints.ts';
import { clientFor } from '../../local/engine/client-options.ts';
import { LocalStack } from '../support/local-stack.ts';
import { SecondDynamoDb } from '../support/second-dynamodb.ts';
import { collectedContract, runsContract } from './contracts/collect.ts';
import { deliveriesContract } from './contracts/deliveries.ts';
import { lakeContract } from './contracts/lake.ts';
import { ledgerContract } from './contracts/ledger.ts';
import { mailedContract } from './contracts/mailed-files.ts';
import {
  declarationsContract,
  dropContract,
  limitsContract,
  recordsContract,
  refreshedContract,
  tickersContract,
} from './contracts/others.ts';
import { pricesContract } from './contracts/prices.ts';
import { subscribersContract } from './contracts/subscribers.ts';
import { toldAlertsContract } from './contracts/told-alerts.ts';
import { halfProcessing, inMemory, onEmulators, type World } from './contracts/worlds.ts';

/**
 * One contract per port, for its adapter on the emulators and for its implementation in memory, which the simulation uses. A
 * difference between the two is a bug in one of them.
 */
const stack = new LocalStack();
let endpoints: Endpoints;

beforeAll(async () => {
  endpoints = await stack.start('--empty');
}, 60_000);
afterAll(() => stack.stop());

/** The contracts of all ports that are a table. */
function tablesContract(world: () => World): void {
  describe('prices', () => pricesContract(() => world().ports.prices));
  describe('deliveries', () => deliveriesContract(() => world().ports.deliveries));
  describe('ledger', () => ledgerContract(() => world().ports.ledger));
  describe('told alerts', () => toldAlertsContract(() => world().ports));
  describe('subscribers', () => subscribersContract(() => world().ports.subscribers));
  describe('tickers', () => tickersContract(() => world().ports.tickers));
  describe('runs', () => runsContract(() => world().ports.runs));
  describe('limits', () => limitsContract(() => world().ports.limits));
}

describe.each<[string, () => World]>([
  ['in memory', inMemory],
  ['on the emulators', () => onEmulators(endpoints)],
])('%s', (_name, open) => {
  let world: World;
  beforeAll(() => {
    world = open();
  });
  afterAll(() => world.close());
  tablesContract(() => world);
  describe('collected files', () => collectedContract(() => world.ports.collected));
  describe('mailed files', () => mailedContract(() => world));
  describe('refreshed', () => refreshedContract(() => world));
  describe('lake', () => lakeContract(() => world.ports.lake));
  describe('records', () => recordsContract(() => world.ports.records));
  describe('drop', () => dropContract(() => world));
  describe('declarations', () => declarationsContract(() => world.ports.declarations));
});

if (!SecondDynamoDb.isHere) process.stdout.write('skipped: the second DynamoDB runs on Linux x64 only\n');
(SecondDynamoDb.isHere ? describe : describe.skip)('on a second engine of DynamoDB', () => {
  const engine = new SecondDynamoDb();
  let world: World;
  beforeAll(async () => {
    world = onEmulators(endpoints, await engine.start(endpoints));
  });
  afterAll(async () => {
    await engine.stop();
    world.close();
  });
  tablesContract(() => world);
});

describe('on a table that processes half of each batch', () => {
  let world: World;
  beforeAll(() => {
    world = onEmulators(endpoints, halfProcessing(endpoints));
  });
  afterAll(() => world.close());
  describe('prices', () => pricesContract(() => world.ports.prices));
  describe('tickers', () => tickersContract(() => world.ports.tickers));
});

describe('only on the emulators', () => {
  let dynamodb: DynamoDBClient;
  let world: World;
  const table = (place: string): string => endpoints.resources[place] ?? place;
  beforeAll(() => {
    dynamodb = new DynamoDBClient(clientFor(endpoints.dynamodb));
    world = onEmulators(endpoints, dynamodb);
  });
  afterAll(() => world.close());

  test('an invalid item does not hide the others, and is named', async () => {
    const { subscribers, deliveries } = world.ports;
    const items = [
      { TableName: table('Subscribers-Subscribers'), Item: { subscriber: { S: 'broken' } } },
      { TableName: table('Prices-Deliveries'), Item: { delivery: { S: 'broken' } } },
    ];
    for (const item of items) await dynamodb.send(new PutItemCommand(item));
    const page = await subscribers.scanPage({ scanSegment: 0, totalScanSegments: 1 }, 1_000);
    expect(page).toMatchObject({ broken: ['broken'], after: undefined });
    const all = await deliveries.all();
    expect([all.broken, all.records.length > 0]).toEqual([['broken'], true]);
    for (const { TableName, Item } of items) await dynamodb.send(new DeleteItemCommand({ TableName, Key: Item }));
  });

  test('a ticker in two items is one ticker: the number of items may change', async () => {
    const keys = ['0', '1'].map((shard) => ({ shard: { S: shard } }));
    const TableName = table('Prices-Tickers');
    for (const key of keys)
      await dynamodb.send(new PutItemCommand({ TableName, Item: { ...key, tickers: { SS: ['TWICE'] } } }));
    expect((await world.ports.tickers.all()).filter((name) => name === 'TWICE')).toEqual(['TWICE']);
    for (const Key of keys) await dynamodb.send(new DeleteItemCommand({ TableName, Key }));
  });

  test('items that expire have the time in seconds since 1970', async () => {
    for (const place of ['Prices-Prices', 'Mail-Ledger', 'Gateway-Limits', 'Collectors-Runs']) {
      const times: number[] = [];
      for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: table(place) }))
        times.push(...Items.flatMap(({ expiresAt }) => (expiresAt ? Number(expiresAt.N) : [])));
      expect([place, times.length > 0]).toEqual([place, true]);
      // As ms, the smallest would be in January 1970.
      for (const seconds of times) expect(seconds).toBeLessThan(Date.parse('2100-01-01') / 1000);
    }
  });

  test('an object has its content type', async () => {
    const s3 = new S3Client(clientFor(endpoints.s3));
    const object = { Bucket: table('Ingest-Records'), Key: 'deliveries/x/report.json' };
    await world.ports.records.put(object.Key, '{}', 'application/json');
    expect((await s3.send(new HeadObjectCommand(object))).ContentType).toBe('application/json');
    s3.destroy();
  });
});
