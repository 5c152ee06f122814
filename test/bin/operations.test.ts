import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { subscribersTable } from '../../lambdas/adapters/subscribers-table.ts';
import { subscriberId } from '../../lambdas/contracts/subscriber-id.ts';
import type { Endpoints } from '../../local/app/endpoints.ts';
import { settled } from '../../local/app/settled.ts';
import { subscribe } from '../../local/app/subscribers.ts';
import { clientFor } from '../../local/engine/client-options.ts';
import { LocalStack } from '../support/local-stack.ts';
import { Store } from '../support/store.ts';

const ROOT = join(import.meta.dirname, '../..');

jest.setTimeout(120_000);

/** Commands of operators for a running stack, and SES's simulator addresses, on the emulators. */
const stack = new LocalStack();
let endpoints: Endpoints;
let dynamodb: DynamoDBClient;
let store: Store;
let sqs: SQSClient;

beforeAll(async () => {
  endpoints = await stack.start('--empty');
  dynamodb = new DynamoDBClient(clientFor(endpoints.dynamodb));
  store = new Store(endpoints);
  sqs = new SQSClient(clientFor(endpoints.sqs));
});
afterAll(async () => {
  store.close();
  for (const client of [dynamodb, sqs]) client.destroy();
  await stack.stop();
});

const run = async (script: string, ...args: string[]): Promise<string> => {
  const command = [join(ROOT, 'bin/commands', script), ...args.slice(0, 1), '--state', stack.state, ...args.slice(1)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, command).catch((error) => error);
  return `${stdout}${stderr}`;
};
const day = (date: string, ...closes: [string, number][]) =>
  ['ticker,close,date,action', ...closes.map(([ticker, close]) => `${ticker},${close},${date},I`)].join('\n');
const stateOf = async (delivery: string) => (await store.deliveries()).find((one) => one.delivery === delivery)?.state;

test('revoke and replay, from the command line to the mail', async () => {
  await subscribe(endpoints, 'ada@example.com', ['AAPL']);
  await store.drop('2020-01-09_incremental.csv', day('2020-01-09', ['AAPL', 100]));
  await settled(endpoints);
  await store.drop('2020-01-10_incremental.csv', day('2020-01-10', ['AAPL', 1010]));
  await settled(endpoints);
  expect(await run('command-delivery.ts', 'revoke', '2020-01-10.incremental')).toContain(
    '2020-01-10.incremental is revoked; subscribers get a mail',
  );
  await settled(endpoints);
  expect(await run('command-delivery.ts', 'revoke', '2020-01-10.incremental')).toContain(
    'no current price comes from it',
  );
  expect(await run('command-delivery.ts', 'revoke', '2020-01-11.incremental')).toContain(
    'Expected the id of a delivery',
  );
  expect(await run('command-delivery.ts', 'replay', '2020-01-10.incremental')).toContain(
    '2020-01-10.incremental is applied',
  );
  await settled(endpoints);
  expect((await store.mailsTo('ada@example.com')).map(({ subject }) => subject)).toEqual([
    'AAPL 100.00 · close of 9 Jan 2020',
    'AAPL 100.00 (1,010.00 is suspect) · close of 10 Jan 2020',
    'Correction: AAPL 10 Jan withdrawn · close of 9 Jan 2020',
    'AAPL 100.00 (1,010.00 is suspect) · close of 10 Jan 2020',
  ]);
});

test('dead letters are printed with their reasons and sent back', async () => {
  const QueueUrl = endpoints.resources['Drop-Deliveries-Queue'];
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"detail":"unknown"}' }));
  await settled(endpoints);
  const shown = await run('redrive.ts', '--list', 'deliveries');
  expect(shown).toMatch(/Error: Unrecognized message: .*detail/s);
  expect(shown).toContain('{"detail":"unknown"}');
  expect(shown).toContain('deliveries: 1 dead letters');
  expect(await run('redrive.ts', 'deliveries')).toContain('deliveries: 1 sent back');
  await settled(endpoints);
  expect(await run('redrive.ts', '--list')).toMatch(
    /deliveries: 1 dead letters\nrefreshed: 0 dead letters\nevents: 0 dead letters/,
  );
});

test("the addresses of SES's mailbox simulator behave as on AWS", async () => {
  const subscribers = subscribersTable(dynamodb, endpoints.resources['Subscribers-Subscribers'] ?? '');
  const boxes = ['bounce', 'complaint', 'suppressionlist', 'success', 'bounce+second'];
  const addresses = boxes.map((box) => `${box}@simulator.amazonses.com`);
  for (const address of addresses) await subscribe(endpoints, address, ['KO']);
  await store.drop('2020-02-03_incremental.csv', day('2020-02-03', ['KO', 55]));
  await settled(endpoints);
  const found = await Promise.all(addresses.map((address) => subscribers.get(subscriberId(address))));
  expect(found.map((one) => one?.undeliverable?.why)).toEqual([
    'bounced',
    'complained',
    'bounced',
    undefined,
    'bounced',
  ]);
  await store.drop('2020-02-04_incremental.csv', day('2020-02-04', ['KO', 56]));
  await settled(endpoints);
  const mails = await Promise.all(addresses.map(async (address) => (await store.mailsTo(address)).length));
  expect(mails).toEqual([1, 1, 1, 2, 1]);
});

test('ten deliveries uploaded at once are all applied, and each subscriber gets one mail of each', async () => {
  const addresses = ['r1@example.com', 'r2@example.com', 'r3@example.com'];
  for (const address of addresses) await subscribe(endpoints, address, ['TEN']);
  const dates = Array.from({ length: 10 }, (_, i) => `2020-03-${String(i + 10)}`);
  await Promise.all(dates.map((date, i) => store.drop(`${date}_incremental.csv`, day(date, ['TEN', 10 + i]))));
  await settled(endpoints);
  expect(await Promise.all(dates.map((date) => stateOf(`${date}.incremental`)))).toEqual(dates.map(() => 'applied'));
  for (const address of addresses) expect(await store.mailsTo(address)).toHaveLength(10);
});

test('a command that fails prints the reason, and contradicting options are refused', async () => {
  await store.drop('2020-01-14_incremental.csv', day('2020-01-14', ['AAPL', -1]));
  await settled(endpoints);
  expect(await run('command-delivery.ts', 'replay', '2020-01-14.incremental')).toMatch(
    /is rejected: expected .*found "-1"/,
  );
  expect(await run('redrive.ts', '--list', '--refused', '2020-01-14.incremental')).toContain('Expected --refused');
  expect(await run('redrive.ts', '--aws')).toContain('Expected --aws or --state DIR, found both');
});

test('plots and the files of teams are written to the records bucket', async () => {
  await subscribe(endpoints, 'desk+eu@example.com', ['AAPL', 'BRK/B'], { window: 30 });
  await store.drop('2020-01-13_incremental.csv', day('2020-01-13', ['AAPL', 102], ['BRK/B', 230]));
  await settled(endpoints);
  expect(await run('plots.ts')).toMatch(/\d+ plots and \d+ files of teams in the records bucket/);
  expect((await store.record('plots/BRK%2FB_plot.html')).toString()).toContain('<title>BRK/B · Closing Bell</title>');
  const csv = (await store.record('teams/desk%2Beu/AAPL.csv')).toString();
  expect(csv.split('\r\n')[0]).toBe('ticker,date,close,volume,note');
  expect(csv).toContain('AAPL,2020-01-13,102,,');
});
