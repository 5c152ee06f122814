import fc from 'fast-check';
import type { FeedSchedule } from '../../lambdas/contracts/feed-schedules.ts';
import { fileDueMessage } from '../../lambdas/contracts/file-due.ts';
import { ingestMessage, isFileDue } from '../../lambdas/contracts/ingest-message.ts';
import { findLate } from '../../lambdas/ingest/find-late.ts';
import { drop, dropAndIngest, ingest } from '../support/drops.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { aSubscriber } from '../support/subscribers.ts';

const EU: FeedSchedule = { feed: 'eu', exchange: 'NYSE', due: '18:00', nextDay: false };
const DAYS = ['2020-01-06', '2020-01-07', '2020-01-08', '2020-01-09', '2020-01-10'];

const file = (date: string, ...tickers: string[]) =>
  `ticker,close,date,action\n${tickers.map((ticker) => `${ticker},1,${date},I\n`).join('')}`;
const late = (world: MemoryWorld, at: string, schedule = EU) =>
  findLate(world.ports(), fileDueMessage(schedule, {}), Date.parse(at));

/** Deliveries of the feed on some days, and three subscribers, of whom two follow its tickers. */
async function aWorld(days: readonly string[]): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  world.subscribers.push(
    aSubscriber({ address: 'ada@example.com', tickers: { AAPL: { window: 30 } } }),
    aSubscriber({ address: 'bob@example.com', tickers: { KO: { window: 30 } } }),
    aSubscriber({ address: 'cyd@example.com', tickers: { GE: { window: 30 } } }),
  );
  for (const date of days) await dropAndIngest(world, `eu/${date}_incremental.csv`, file(date, 'AAPL', 'KO'));
  return world;
}

test('a file that did not arrive is late, with who waits for it', async () => {
  expect(await late(await aWorld(['2020-01-08', '2020-01-09']), '2020-01-10T23:20:00Z')).toEqual({
    feed: 'eu',
    fileDate: '2020-01-10',
    minutesLate: 20,
    last: 'eu/2020-01-09.incremental',
    waiting: 2,
  });
});

test.each([
  ['a history', 'eu/2020-01-10_history.csv', file('2020-01-10', 'AAPL'), undefined],
  ['a rejected file, which has an alarm of its own', 'eu/2020-01-10_incremental.csv', 'nothing', undefined],
  ['a file of another feed', '2020-01-10_incremental.csv', file('2020-01-10', 'AAPL'), '2020-01-10'],
  ['a file of the day before', 'eu/2020-01-09_incremental.csv', file('2020-01-09', 'AAPL'), '2020-01-10'],
])('after %s', async (_, key, content, expected) => {
  const world = await aWorld([]);
  await dropAndIngest(world, key, content);
  expect((await late(world, '2020-01-10T23:20:00Z'))?.fileDate).toBe(expected);
});

test('a file that was removed before it was read has not arrived', async () => {
  const world = await aWorld(['2020-01-09']);
  const event = drop(world, 'eu/2020-01-10_incremental.csv', file('2020-01-10', 'AAPL'));
  world.objects.delete('eu/2020-01-10_incremental.csv');
  await ingest(world, event);
  expect(await late(world, '2020-01-10T23:20:00Z')).toMatchObject({ fileDate: '2020-01-10', waiting: 2 });
});

test('a feed that never had a file is late too, and nobody is known to wait', async () => {
  expect(await late(await aWorld([]), '2020-01-10T23:20:00Z')).toMatchObject({ last: undefined, waiting: undefined });
});

test('property: a file is late exactly if the last session that is due has none', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray(DAYS), fc.integer({ min: 0, max: 5 * 24 * 4 - 1 }), async (arrived, quarter) => {
      const world = await aWorld(arrived);
      const at = Date.parse('2020-01-06T00:00:00-05:00') + quarter * 15 * 60_000;
      const due = DAYS.findLast((date) => Date.parse(`${date}T18:00:00-05:00`) <= at);
      const found = await findLate(world.ports(), fileDueMessage(EU, {}), at);
      // Before the first of these days is due, the file of the Friday before is owed.
      expect(found?.fileDate).toBe(arrived.includes(due ?? '') ? undefined : (due ?? '2020-01-03'));
    }),
    { numRuns: 40 },
  );
});

test('the message of a schedule is told from a file', () => {
  const message = ingestMessage(JSON.parse(JSON.stringify(fileDueMessage(EU, { NYSE: { '2020-01-10': 'holiday' } }))));
  expect(isFileDue(message) && message.detail).toEqual({
    schedule: EU,
    overrides: { NYSE: { '2020-01-10': 'holiday' } },
  });
  expect(() => ingestMessage({ 'detail-type': 'File Due', detail: {} })).toThrow();
});
