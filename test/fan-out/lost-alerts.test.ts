import { alertWorld, at, day, drop, iso, send, subjects } from '../support/alert-days.ts';
import { above, alerted, anAlert } from '../support/alerts.ts';
import { anInvocation, command, dropAndIngest, ingest, drop as upload } from '../support/drops.ts';
import { fanOutOne, sendAll } from '../support/fan-outs.ts';
import { crashingAt } from '../support/faulty-ports.ts';
import type { MemoryWorld } from '../support/memory-world.ts';

/** Fires that were lost, or withdrawn without a reason, when mails lag, fail or cross. */

const announced = (date: string) => expect.stringMatching(`^Alert: AAPL closed at .*${date}`);
const withdrawn = (date: string) => expect.stringMatching(`^Alert withdrawn: .*${date}`);
const options = (date: number, hour = 21) => ({ now: at(date, hour) + 60_000, deadline: at(date, hour) + 600_000 });

test('a fire that moved while fan-out lagged is announced', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await drop(world, 10, { 10: '311' }, iso(10, 12));
  await drop(world, 9, { 9: '330' }, iso(10, 13));
  await drop(world, 10, { 10: '' }, iso(10, 14));
  await send(world, 10);
  await day(world, 13, { 13: '331' });
  expect(await subjects(world)).toEqual([announced('9 Jan 2020')]);
});

test('a revision that is ingested after a later one costs no fire: the next delivery tells it', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await day(world, 9, { 9: '315' });
  const file = (close: string, date: number) => `ticker,close,date,action\nAAPL,${close},2020-01-${date},I\n`;
  const first = upload(world, '2020-01-10_incremental.csv', file('300', 10), iso(13, 12));
  const second = upload(world, '2020-01-13_incremental.csv', file('318', 13), iso(13, 21));
  for (const [i, event] of [second, first].entries()) {
    await ingest(world, event);
    await send(world, 13, 21 + i);
  }
  await day(world, 15, { 15: '319' });
  expect(await subjects(world)).toEqual([announced('9 Jan 2020'), announced('13 Jan 2020')]);
});

test('an alert that fires once fires again if its fire is withdrawn, and only then', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'), { repeat: 'once' })));
  await day(world, 9, { 9: '312' });
  await day(world, 10, { 10: '300' });
  await day(world, 13, { 13: '315' });
  await day(world, 14, { 9: '302', 14: '316' });
  await day(world, 15, { 15: '300' });
  await day(world, 16, { 16: '320' });
  // One mail withdraws the one fire and announces the other.
  expect(await subjects(world)).toEqual([announced('9 Jan 2020'), announced('13 Jan 2020')]);
  expect(world.alerted).toContainEqual(expect.stringMatching(/did not close at 310.00 or above on 9 Jan 2020/));
});

test('both halves of an episode that a correction splits are told', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await day(world, 9, { 9: '312' });
  await day(world, 10, { 10: '313' });
  await day(world, 13, { 13: '314' });
  await day(world, 14, { 10: '300', 14: '315' });
  await day(world, 15, { 9: '301', 15: '316' });
  expect(await subjects(world)).toEqual([announced('9 Jan'), announced('13 Jan'), withdrawn('9 Jan')]);
});

/** A revision of 9 January crashes with its segments written, and the good file is applied again later. */
async function crashed(world: MemoryWorld, close: string) {
  const content = (one: string) => `ticker,close,date,action\nAAPL,${one},2020-01-09,I\n`;
  const bad = upload(world, '2020-01-09_incremental.csv', content(close), iso(10, 8));
  const ports = crashingAt(world.ports(), 'prices.writeSegments');
  await ingest(world, bad, { ports }).catch(() => undefined);
  return async (good: string) => {
    const again = upload(world, '2020-01-09_incremental.csv', content(good), iso(13, 8));
    const now = () => at(13, 9);
    await ingest(world, again, { invocation: anInvocation({ id: 'later', now, deadline: now() + 600_000 }) });
    await send(world, 13, 9);
  };
}

test('what segments of a revision that was never applied withdrew or hid is told when they are gone', async () => {
  const told = await alertWorld(alerted(anAlert(above('310'))));
  await day(told, 9, { 9: '312' });
  const finish = await crashed(told, '302');
  await day(told, 10, { 10: '309' });
  await finish('312');
  await day(told, 14, { 14: '314' });
  expect(await subjects(told)).toEqual([announced('9 Jan'), withdrawn('9 Jan'), announced('9 Jan')]);

  const untold = await alertWorld(alerted(anAlert(above('310'))));
  await drop(untold, 9, { 9: '312' });
  const finishUntold = await crashed(untold, '302');
  await send(untold, 10);
  await finishUntold('312');
  expect(await subjects(untold)).toEqual([announced('9 Jan')]);
});

test('a fire in a mail that is being sent and then refused is announced by the other one', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await drop(world, 9, { 9: '318' }, iso(9, 20));
  await ingest(world, command(world, '2020-01-09.incremental', 'revoke', iso(9, 21)));
  await drop(world, 9, { 9: '319' }, iso(9, 22));
  const [first, , last] = world.messages.splice(0);
  const ports = world.ports();
  ports.mailer.send = async () => {
    await fanOutOne(world, last?.message, options(9, 22));
    return { status: 'refused', reason: 'no' };
  };
  // The close of the first revision is current again.
  await fanOutOne(world, first?.message, { ...options(9, 22), ports });
  await sendAll(world, undefined, options(9, 23));
  await day(world, 10, { 10: '320' });
  expect(await subjects(world)).toEqual([announced('9 Jan')]);
});

test('a fire whose mail bounced temporarily is announced by the next one', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await day(world, 9, { 9: '312' });
  const [record] = world.ledger.values();
  const bounce = { kind: 'soft', at: iso(9, 23), detail: '' } as const;
  if (record) await world.ports().ledger.markSent(record, record.messageId ?? '', { bounce });
  await day(world, 10, { 10: '313' });
  await day(world, 13, { 13: '314' });
  expect(await subjects(world)).toEqual([announced('9 Jan'), announced('9 Jan')]);
});

test('a mail that was never sent is not withdrawn', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await drop(world, 9, { 9: '318' });
  const [first] = world.messages.splice(0);
  const ports = world.ports();
  ports.mailer.send = async () => {
    await drop(world, 10, { 9: '301', 10: '300' }, iso(9, 21));
    await sendAll(world, undefined, options(9));
    return { status: 'throttled', reason: 'too fast' };
  };
  await fanOutOne(world, first?.message, { ...options(9), ports });
  await sendAll(world, undefined, options(10));
  expect(world.mails).toEqual([]);
});

test('a ticker that was retired and is reported again corrects nothing', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await day(world, 9, { 9: '318' });
  await dropAndIngest(world, '2020-01-10_incremental.csv', 'ticker,close,date,action\nAAPL,,,D\n', iso(10));
  await send(world, 10);
  await day(world, 13, { 13: '320' });
  expect((await subjects(world)).filter((subject) => subject?.includes('withdrawn'))).toEqual([]);
});

test('an alert that fired once stays silent after a resume, also if its record is old', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'), { repeat: 'once' })));
  await day(world, 9, { 9: '312' });
  await day(world, 10, { 10: '300' });
  const [subscriber] = world.subscribers;
  if (subscriber) subscriber.resumedAt = iso(13);
  await dropAndIngest(
    world,
    '2021-03-02_incremental.csv',
    'ticker,close,date,action\nAAPL,300,2021-03-01,I\nAAPL,318,2021-03-02,I\n',
    '2021-03-02T21:00:00Z',
  );
  const now = Date.parse('2021-03-02T22:00:00Z');
  await sendAll(world, undefined, { now, deadline: now + 600_000 });
  expect(world.mails).toHaveLength(1);
  for (const { expiresAt } of world.told.values()) expect(expiresAt).toBeGreaterThan(Date.parse('2025-01-01') / 1000);
});

test('a resume between the visit and the mail is decided again', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await drop(world, 9, { 9: '318' });
  const ports = world.ports();
  const { get } = ports.subscribers;
  ports.subscribers.get = (id) => {
    for (const subscriber of world.subscribers) subscriber.resumedAt = iso(10);
    return get(id);
  };
  await sendAll(world, ports, options(9));
  expect(world.mails).toEqual([]);
});

test('what else was read of a ticker changes no verdict', async () => {
  const weekly = Array.from({ length: 150 }, (_, i) => {
    const date = new Date(Date.parse('2020-02-28') - (149 - i) * 7 * 86_400_000).toISOString().slice(0, 10);
    return `WKLY,${100 + (i % 2)},${date}`;
  });
  const average = { kind: 'average' as const, direction: 'above' as const, fast: 1, slow: 80 };
  const alert = anAlert(average, { ticker: 'WKLY', start: { date: '2020-03-01', closes: [] } });
  const world = await alertWorld(alerted(alert));
  await dropAndIngest(world, '2020-02-28_history.csv', `ticker,close,date\n${weekly.join('\n')}\n`);
  world.messages.length = 0;
  for (const [date, close] of Object.entries({
    '2020-03-06': 99,
    '2020-03-13': 99,
    '2020-03-20': 110,
    '2020-04-10': 111,
    '2020-04-17': 112,
  })) {
    await dropAndIngest(
      world,
      `${date}_incremental.csv`,
      `ticker,close,date,action\nWKLY,${close},${date},I\n`,
      `${date}T21:00:00Z`,
    );
    const now = Date.parse(`${date}T22:00:00Z`);
    await sendAll(world, undefined, { now, deadline: now + 600_000 });
  }
  // 400 days have 57 weeks: the average of 80 is never known.
  expect(world.mails).toEqual([]);
});

test.each([
  ['310.01', '310.01', 4, '77.50'],
  ['310', '310', 3, '103.33'],
  ['305', '305', 7, '43.57'],
])('a history that the vendor rescaled and rounded withdraws nothing: %s', async (threshold, close, factor, scaled) => {
  const known = [300, 301, 302, 303, 304];
  const closes = known.map((one, i) => ({ date: `2020-01-0${i + 4}`, close: String(one) }));
  const world = await alertWorld(alerted(anAlert(above(threshold), { start: { date: '2020-01-08', closes } })));
  const history = (values: string[]) => values.map((value, i) => `AAPL,${value},2020-01-0${i + 4}`).join('\n');
  await dropAndIngest(
    world,
    '2020-01-08_history.csv',
    `ticker,close,date\n${history(known.map(String))}\n`,
    iso(8, 22),
  );
  await day(world, 9, { 9: close });
  const rescaled = [...known.map((one) => (one / factor).toFixed(2)), scaled];
  await dropAndIngest(world, '2020-01-10_history.csv', `ticker,close,date\n${history(rescaled)}\n`, iso(10));
  await send(world, 10);
  expect(await subjects(world)).toEqual([expect.stringMatching(`^Alert: AAPL closed at ${close}`)]);
});
