import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Decimal128, type Document, MongoClient } from 'mongodb';
import pg from 'pg';
import type { Cell, Rows } from '../../client/index.ts';
import { writeMongo } from '../../client/outputs/mongo.ts';
import { writePostgres } from '../../client/outputs/postgres.ts';
import { targetOf } from '../../client/outputs/target.ts';

/** Exports to databases: the schema is made, a second export changes nothing, a refused one leaves nothing. */

const COLUMNS: Rows['columns'] = [
  { name: 'ticker', type: 'string' },
  { name: 'date', type: 'date' },
  { name: 'close', type: 'decimal' },
  { name: 'delivery', type: 'string' },
];
const CLOSES: Cell[][] = [
  ['AAPL', '2020-01-09', '309.63', '2020-01-09.incremental'],
  ['AAPL', '2020-01-10', '310.33', '2020-01-10.incremental'],
  ['a\\b\tc', '2020-01-10', '123456789012345678.123456789012345678', "it's | a 'name'"],
];

const rowsOf = (rows: Cell[][]): Rows => ({
  columns: COLUMNS,
  batches: (async function* () {
    yield rows;
  })(),
  provenance: [],
});
const target = targetOf('prices', rowsOf([]), undefined);
const ignore = () => undefined;

describe('PostgreSQL', () => {
  const port = 40_000 + (process.pid % 20_000);
  let server: ChildProcess;
  let url = '';
  let client: pg.Client;

  beforeAll(async () => {
    server = fork(join(import.meta.dirname, '../support/postgres-process.ts'), [String(port)]);
    const ended = once(server, 'exit').then(() => Promise.reject(new Error('PostgreSQL did not start.')));
    [url] = await Promise.race([once(server, 'message'), ended]);
    ended.catch(() => undefined);
    client = new pg.Client({ connectionString: url });
    await client.connect();
  }, 120_000);
  afterAll(async () => {
    await client.end();
    const ended = once(server, 'exit');
    server.disconnect();
    await ended;
  });

  const all = async () =>
    (
      await client.query(
        'select ticker, timestamp::text, closing_value::text, delivery, xmin::text as written from stock_prices order by 1, 2',
      )
    ).rows;

  test('a table is made with its key, and every digit arrives', async () => {
    expect(await writePostgres(rowsOf(CLOSES), target, url, ignore)).toMatchObject({ rows: 3 });
    expect(
      (await all()).map(({ ticker, timestamp, closing_value, delivery }) => [
        ticker,
        timestamp,
        closing_value,
        delivery,
      ]),
    ).toEqual([
      ['AAPL', '2020-01-09', '309.630000000000000000', '2020-01-09.incremental'],
      ['AAPL', '2020-01-10', '310.330000000000000000', '2020-01-10.incremental'],
      ['a\\b\tc', '2020-01-10', '123456789012345678.123456789012345678', "it's | a 'name'"],
    ]);
  });

  test('a second export touches no row, and a correction touches one', async () => {
    const before = await all();
    await writePostgres(rowsOf(CLOSES), target, url, ignore);
    expect(await all()).toEqual(before);
    await writePostgres(rowsOf([['AAPL', '2020-01-10', '310.34', 'x']]), target, url, ignore);
    const changed = (await all()).filter((row, i) => row.written !== before[i]?.written);
    expect(changed.map(({ closing_value }) => closing_value)).toEqual(['310.340000000000000000']);
  });

  test('a refused export leaves nothing, and says why', async () => {
    const before = await all();
    const bad = writePostgres(
      rowsOf([
        ['AAPL', '2020-01-11', '1', 'x'],
        ['AAPL', 'not a date', '1', 'x'],
      ]),
      target,
      url,
      ignore,
    );
    await expect(bad).rejects.toThrow(
      'PostgreSQL refused the export, and nothing of it was kept: invalid input syntax for type date',
    );
    expect(await all()).toEqual(before);
  });

  test('a server that does not answer is a sentence', async () => {
    const none = writePostgres(rowsOf(CLOSES), target, 'postgres://x@127.0.0.1:1/x', ignore);
    await expect(none).rejects.toThrow('PostgreSQL at 127.0.0.1:1 does not answer');
  });
});

const mongo = process.env['MONGODB_URL'];
if (!mongo) console.log('skipped: exports to MongoDB, because MONGODB_URL names no server (see docs/lake.md)');

describe('MongoDB', () => {
  (mongo ? test : test.skip)(
    'documents have a key, exact decimals and dates; a second export changes nothing',
    async () => {
      const url = `${mongo}/closing_bell_test_${process.pid}`;
      const client = new MongoClient(url);
      const prices = client.db().collection<Document>('stock_prices');
      try {
        await writeMongo(rowsOf(CLOSES), target, url, ignore);
        const before = await prices.find().sort({ _id: 1 }).toArray();
        await writeMongo(rowsOf(CLOSES), target, url, ignore);
        expect(await prices.find().sort({ _id: 1 }).toArray()).toEqual(before);
        expect(before).toHaveLength(3);
        expect(before[0]).toMatchObject({
          ticker: 'AAPL',
          timestamp: new Date('2020-01-09'),
          closing_value: Decimal128.fromString('309.63'),
        });
      } finally {
        await client.db().dropDatabase();
        await client.close();
      }
    },
  );

  test('a server that does not answer is a sentence', async () => {
    await expect(writeMongo(rowsOf(CLOSES), target, 'mongodb://127.0.0.1:1/x', ignore, 500)).rejects.toThrow(
      'MongoDB at 127.0.0.1:1 does not answer',
    );
  });
});
