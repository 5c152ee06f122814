import fc from 'fast-check';
import { refreshedOf } from '../../lambdas/contracts/refreshed.ts';
import { SMOKE_SUBSCRIBER, SMOKE_TICKER, smokeTestMessage } from '../../lambdas/contracts/smoke-test.ts';
import { isOurFeed } from '../../lambdas/contracts/vendors.ts';
import { fold } from '../../lambdas/domain/prices/fold.ts';
import { logResult } from '../../lambdas/fan-out/log-result.ts';
import { logFeedback } from '../../lambdas/feedback/log-feedback.ts';
import { dropSmokeFile } from '../../lambdas/ingest/drop-smoke-file.ts';
import { logOutcome } from '../../lambdas/ingest/log-outcome.ts';
import { lookAfter } from '../../lambdas/lake/daily.ts';
import { drop, dropAndIngest, ingest } from '../support/drops.ts';
import { fanOutOne, sendAll } from '../support/fan-outs.ts';
import { bring, lakePorts, reportKeys } from '../support/lakes.ts';
import { memoryFiles } from '../support/memory/collect.ts';
import { MemoryLake } from '../support/memory/lake.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { aSubscriber } from '../support/subscribers.ts';

const AT = '2020-01-10T18:00:00Z';
const KEY = 'smoke/2020-01-10_incremental.csv';

/** Handles the message of the schedule. @returns the uploaded files, of which ingest has read each */
async function testAt(world: MemoryWorld, at = AT): Promise<string[]> {
  const uploaded: string[] = [];
  const files = memoryFiles(world.objects, (key, content) => {
    uploaded.push(key);
    drop(world, key, content, at);
  });
  await dropSmokeFile(files, smokeTestMessage(at));
  for (const key of uploaded) await ingest(world, drop(world, key, String(world.objects.get(key)?.content), at));
  return uploaded;
}

/** Names of the metrics that were added. */
function collectMetrics() {
  const names: string[] = [];
  const metrics = { addMetric: (name: string) => void names.push(name), addMetadata: () => undefined };
  return { names, metrics: metrics as never, logger: { info: () => undefined, warn: () => undefined } };
}

test('one mail goes to the mailbox of the test, and nobody is scanned', async () => {
  const world = new MemoryWorld();
  // Somebody who follows that ticker, and everybody else.
  world.subscribers.push(aSubscriber({ address: 'eve@example.com', tickers: { [SMOKE_TICKER]: { window: 30 } } }));
  expect(await testAt(world)).toEqual([KEY]);
  const ports = world.ports();
  const refuse = () => Promise.reject(new Error('Expected no scan.'));
  await sendAll(world, { ...ports, subscribers: { scanPage: refuse, get: refuse, approximateCount: refuse } });
  expect(world.mails.map(({ to }) => to)).toEqual([SMOKE_SUBSCRIBER.address]);
});

test('property: a repeated message uploads nothing, and a test at another time uploads another close', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3_600 }), { minLength: 1, maxLength: 6 }), async (seconds) => {
      const world = new MemoryWorld();
      let last: number | undefined;
      for (const second of seconds) {
        const at = new Date(Date.parse(AT) + second * 1000).toISOString();
        expect(await testAt(world, at)).toHaveLength(second === last ? 0 : 1);
        last = second;
      }
      expect(fold(SMOKE_TICKER, world.current(SMOKE_TICKER))).toHaveLength(1);
    }),
  );
});

test('two tests at once: the second one is tried again', async () => {
  const world = new MemoryWorld();
  const files = memoryFiles(world.objects, (key, content) => void drop(world, key, content));
  const late = { ...files, read: async () => undefined };
  await dropSmokeFile(files, smokeTestMessage(AT));
  await expect(dropSmokeFile(late, smokeTestMessage('2020-01-10T18:00:05Z'))).rejects.toThrow(
    'was replaced by another smoke test. The next try looks again.',
  );
});

test('a file of somebody else with its name is not replaced', async () => {
  const world = new MemoryWorld();
  drop(world, KEY, file('AAPL'));
  await expect(testAt(world)).rejects.toThrow(
    `Expected no file, or that of a smoke test, at ${KEY}; found another one.`,
  );
  expect(String(world.objects.get(KEY)?.content)).toBe(file('AAPL'));
});

test('it is in no list of tickers, in no metric and not in the lake', async () => {
  const world = new MemoryWorld();
  await testAt(world);
  expect([...world.tickers]).toEqual([]);
  const { names, ...log } = collectMetrics();
  const [report] = world.decided;
  if (!report) throw new Error('Expected a report.');
  logOutcome({ status: report.state, report }, 1, log);
  logOutcome({ status: 'repeat', delivery: report.delivery }, 1, log);
  const [sent] = world.messages;
  if (!sent) throw new Error('Expected a message.');
  logResult(sent.message, await fanOutOne(world, sent.message), 1, log);
  expect(names).toEqual([]);
  const hinted: string[] = [];
  const hints = { send: async (keys: readonly string[]) => void hinted.push(...keys) };
  await lookAfter({ ...lakePorts(world, new MemoryLake()), hints }, Date.parse('2030-01-01T00:00:00Z'));
  expect(hinted).toEqual([]);
  const [key = ''] = reportKeys(world);
  expect(await bring(lakePorts(world, new MemoryLake()), key)).toBeUndefined();
});

test('the rejection of a file in its folder is in the lake', async () => {
  const world = new MemoryWorld();
  await dropAndIngest(world, KEY, file('AAPL', 'KO'));
  const [key = ''] = reportKeys(world);
  expect((await bring(lakePorts(world, new MemoryLake()), key))?.changed).toContain('gold.quality');
});

test('only the delivery of its mail is counted, with the seconds since the upload', () => {
  const key = '2020-01-10T18:00:01.000Z#smoke/2020-01-10.incremental#0F';
  const event = (eventType: 'Send' | 'Delivery', recipient: string) => ({
    time: '2020-01-10T18:00:08.500Z',
    detail: {
      eventType,
      mail: {
        messageId: '1',
        timestamp: AT,
        tags: {
          recipient: [recipient] as [string],
          mail: [Buffer.from(`digest#${key}`).toString('base64url')] as [string],
        },
      },
    },
  });
  const counted: [string, number][] = [];
  const metrics = { addMetric: (name: string, _unit: unknown, value: number) => void counted.push([name, value]) };
  const log = { logger: { info: () => undefined, warn: () => undefined }, metrics: metrics as never };
  logFeedback(event('Send', SMOKE_SUBSCRIBER.subscriber), 'MailsAccepted', log);
  logFeedback(event('Delivery', SMOKE_SUBSCRIBER.subscriber), 'MailsDelivered', log);
  logFeedback(event('Delivery', 'ada'), 'MailsDelivered', log);
  expect(counted).toEqual([
    ['SmokeTestSeconds', 7.5],
    ['MailsDelivered', 1],
  ]);
});

const file = (...tickers: string[]) =>
  `ticker,close,date,action\n${tickers.map((ticker) => `${ticker},1,2020-01-10,I\n`).join('')}`;

test.each([
  ['a file of a vendor in the folder of the test is rejected', KEY, file('AAPL', 'KO'), 'rejected', 0],
  [
    'a row of the test in a file of a vendor is quarantined',
    'eu/2020-01-10_incremental.csv',
    file('A', 'B', 'C', 'D', 'E', SMOKE_TICKER),
    'applied',
    5,
  ],
])('%s', async (_what, key, content, state, accepted) => {
  const world = new MemoryWorld();
  await dropAndIngest(world, key, content);
  const [report] = world.decided;
  expect([report?.state, report?.rows.accepted]).toEqual([state, accepted]);
  expect(report?.problems[0]?.expected).toContain('smoke tests');
  // Somebody misses that file: it is counted like any other.
  const { names, ...log } = collectMetrics();
  if (report) logOutcome({ status: report.state, report }, 1, log);
  expect(names).toContain(state === 'rejected' ? 'DeliveriesRejected' : 'DeliveriesApplied');
});

test('only its own message names the subscriber, and its folder is given to no vendor', () => {
  const revision = { revision: '1', knownAt: '2020-01-10T18:00:00.000Z' };
  expect(refreshedOf({ ...revision, delivery: 'smoke/2020-01-10.incremental' }).only).toBe('smoke-test');
  expect(refreshedOf({ ...revision, delivery: 'smoker/2020-01-10.incremental' }).only).toBeUndefined();
  expect([isOurFeed('smoke'), isOurFeed('smoke/eu'), isOurFeed('smoker')]).toEqual([true, true, false]);
});
