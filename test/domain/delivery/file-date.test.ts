import { describeProblem } from '../../../lambdas/domain/vendor-file/bad-file.ts';
import { read } from '../../support/deliveries.ts';
import { command, drop, dropAndIngest, ingest } from '../../support/drops.ts';
import { sendAll } from '../../support/fan-outs.ts';
import { MemoryWorld } from '../../support/memory-world.ts';
import { aSubscriber } from '../../support/subscribers.ts';

/** A mistyped year must not end all mail about a ticker. */

test('a file with a mistyped year does not end all mails about its tickers', async () => {
  const world = new MemoryWorld();
  world.subscribers.push(aSubscriber({ tickers: { AAPL: { window: 365 } } }));
  const day = async (fileDate: string, time: string) => {
    const before = world.mails.length;
    const content = `ticker,close,date,action\nAAPL,1${fileDate.slice(8)},${fileDate},I\n`;
    const { status } = await dropAndIngest(world, `${fileDate}_incremental.csv`, content, time);
    await sendAll(world);
    return `${fileDate} ${status}: ${world.mails.length - before} mail`;
  };
  expect([
    await day('2020-01-09', '2020-01-09T21:00:00Z'),
    await day('2202-01-10', '2020-01-10T21:00:00Z'),
    await day('2020-01-13', '2020-01-13T21:00:00Z'),
    await day('2020-01-14', '2020-01-14T21:00:00Z'),
  ]).toEqual([
    '2020-01-09 applied: 1 mail',
    '2202-01-10 rejected: 0 mail',
    '2020-01-13 applied: 1 mail',
    '2020-01-14 applied: 1 mail',
  ]);
});

test.each([
  ['2020-01-17_incremental.csv', 'applied'],
  ['2020-01-18_incremental.csv', 'rejected'],
  ['2024-01-10_history.csv', 'rejected'],
  ['1970-01-01_history.csv', 'applied'],
  ['1969-12-31_history.csv', 'rejected'],
  ['feed/2120-01-10_incremental.csv', 'rejected'],
])('%s, uploaded on 2020-01-10, is %s', async (key, status) => {
  const content = 'ticker,close,date,action\nAAPL,1,1969-01-02,I\nAAPL,1,2020-01-02,I\n';
  const history = 'ticker,close,date\nAAPL,1,1969-01-02\n';
  const outcome = await dropAndIngest(
    new MemoryWorld(),
    key,
    key.includes('history') ? history : content.replace('1969', '2019'),
    '2020-01-10T21:00:00Z',
  );
  expect(outcome.status).toBe(status);
  if ('report' in outcome && outcome.report.rejection)
    expect(describeProblem(outcome.report.rejection)).toMatch(
      /^expected a file date from 1970-01-01 to 2020-01-17, at most 7 days after the upload/,
    );
});

test('the date is compared with the time of upload, also for late reads and replays', async () => {
  const world = new MemoryWorld();
  const key = '2020-02-10_incremental.csv';
  const event = drop(world, key, 'ticker,close,date,action\nAAPL,1,2020-02-10,I\n', '2020-01-10T21:00:00Z');
  expect(await ingest(world, event)).toMatchObject({ status: 'rejected' });
  const replay = command(world, '2020-02-10.incremental', 'replay', '2020-03-01T00:00:00.000Z');
  expect(await ingest(world, replay)).toMatchObject({ status: 'rejected' });
});

test.each([
  ['an incremental file', '2020-01-10.incremental', '1920-01-10', 1],
  ['an incremental file', '2020-01-10.incremental', '2000-01-10', 0],
  ['a history file', '2020-01-10.history', '1920-01-10', 0],
])('in %s (%s) a row of %s is quarantined %i times', async (_what, id, date, quarantined) => {
  const rows = Array.from({ length: 20 }, (_, i) => `T${i},1,2020-01-02,I`).join('\n');
  const { rows: counts, problems } = await read(`ticker,close,date,action\n${rows}\nOLD,1,${date},I\n`, id);
  expect(counts.quarantined).toBe(quarantined);
  if (quarantined > 0) expect(problems[0]?.expected).toContain('from 2000-01-10 to the file date');
});
