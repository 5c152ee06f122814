import type { Refreshed } from '../../lambdas/contracts/refreshed.ts';
import { alertWorld, at, day, drop, iso, subjects } from '../support/alert-days.ts';
import { above, alerted, anAlert } from '../support/alerts.ts';
import { command, ingest } from '../support/drops.ts';
import { fanOutOne, sendAll } from '../support/fan-outs.ts';
import { interruptedAt } from '../support/faulty-ports.ts';
import type { MemoryWorld } from '../support/memory-world.ts';

/** Prices change, and the mail about the change is decided, at each call of an earlier mail. No later delivery comes to mend anything. */

const options = (hour: number) => ({ now: at(10, hour) + 60_000, deadline: at(10, hour) + 600_000 });

/** Sends the waiting mail, and before its call with this number lets the other change happen. @returns false if it has fewer calls */
async function cross(world: MemoryWorld, number: number, change: () => Promise<void>): Promise<boolean> {
  const [waiting] = world.messages.splice(0);
  let isReached = false;
  const ports = interruptedAt(world.ports(), number, async () => {
    isReached = true;
    await change();
    await sendAll(world, undefined, options(12));
  });
  await fanOutOne(world, waiting?.message, { ...options(12), ports });
  for (const hour of [13, 14, 15, 16]) await sendAll(world, undefined, options(hour));
  return isReached;
}

const commanded = (world: MemoryWorld, name: 'revoke' | 'replay') => async () => {
  await ingest(world, command(world, '2020-01-09.incremental', name, iso(10, 11)));
};
/** The last thing that mails told of the alert. */
const lastWord = async (world: MemoryWorld): Promise<string> =>
  (await subjects(world)).findLast((subject) => subject?.startsWith('Alert'))?.slice(0, 15) ?? 'nothing';

/** With the ticker followed too, a mail has other news to tell. */
const READERS = [
  ['follows nothing', {}],
  ['follows the ticker', { tickers: { AAPL: { window: 90 } } }],
] as const;

test.each(READERS)(
  'whenever a delivery is revoked while its alert is mailed, no mail leaves the alert as true: a reader who %s',
  async (_who, more) => {
    const words = new Set<string>();
    for (let number = 0; ; number++) {
      const world = await alertWorld(alerted(anAlert(above('310')), more));
      await drop(world, 9, { 9: '312.4' }, iso(10, 10));
      if (!(await cross(world, number, commanded(world, 'revoke')))) break;
      words.add(await lastWord(world));
    }
    expect(words).toEqual(new Set(['nothing', 'Alert withdrawn']));
  },
);

test.each(READERS)(
  'whenever a delivery is applied again while its alert is withdrawn, no mail leaves it as withdrawn: a reader who %s',
  async (_who, more) => {
    const words = new Set<string>();
    for (let number = 0; ; number++) {
      const world = await alertWorld(alerted(anAlert(above('310')), more));
      await day(world, 9, { 9: '312.4' });
      await commanded(world, 'revoke')();
      if (!(await cross(world, number, commanded(world, 'replay')))) break;
      words.add(await lastWord(world));
    }
    expect(words).toEqual(new Set(['Alert: AAPL clo']));
  },
);

/** A mail is throttled; while it is tried again, and has read the ledger, another mail is being sent. */
async function retryBeside(world: MemoryWorld, first: Refreshed | undefined, then: () => Promise<unknown>) {
  world.answers.set('ada@example.com', { status: 'throttled', reason: 'rate' });
  await fanOutOne(world, first, options(13));
  world.answers.clear();
  await then();
  const other = world.messages.splice(0).at(-1)?.message;
  const [sending, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ports = world.ports();
  const send: typeof ports.mailer.send = async (mail) => {
    sending.resolve();
    await open.promise;
    return ports.mailer.send(mail);
  };
  let otherMail: Promise<unknown> | undefined;
  const claim: typeof ports.ledger.claim = async (...args) => {
    otherMail ??= fanOutOne(world, other, { ...options(13), ports: { ...ports, mailer: { ...ports.mailer, send } } });
    await sending.promise;
    return ports.ledger.claim(...args);
  };
  await fanOutOne(world, first, { ...options(13), ports: { ...ports, ledger: { ...ports.ledger, claim } } });
  open.resolve();
  await otherMail;
}

test('a fire whose mail was throttled is announced by one of two mails', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await drop(world, 9, { 9: '312.4' }, iso(10, 10));
  const [first] = world.messages.splice(0);
  await retryBeside(world, first?.message, async () => {
    await commanded(world, 'revoke')();
    await ingest(world, command(world, '2020-01-09.incremental', 'replay', iso(10, 12)));
  });
  expect(await subjects(world)).toEqual([expect.stringMatching(/^Alert: AAPL closed at 312.40/)]);
});

test('a withdrawal whose mail was throttled is told by one of two mails', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await day(world, 9, { 9: '312.4' });
  await drop(world, 10, { 9: '302.4', 10: '303' }, iso(10, 10));
  const [second] = world.messages.splice(0);
  await retryBeside(world, second?.message, () => drop(world, 11, { 11: '304' }, iso(10, 12)));
  expect((await subjects(world)).filter((one) => one?.startsWith('Alert withdrawn'))).toHaveLength(1);
});

test.each([false, true])('a muted fire is never mailed, whether two mails record it at once: %s', async (isCrossed) => {
  const world = await alertWorld(alerted(anAlert(above('310'), { mutedUntil: '2020-01-31' })));
  await drop(world, 10, { 9: '312.4', 10: '300' });
  const [first] = world.messages.splice(0);
  await drop(world, 13, { 13: '315' }, iso(10, 22));
  const ports = world.ports();
  const put: typeof ports.told.put = async (record) => {
    if (isCrossed) await sendAll(world, undefined, options(22));
    return ports.told.put(record);
  };
  await fanOutOne(world, first?.message, { ...options(22), ports: { ...ports, told: { put } } });
  for (const hour of [22, 23]) await sendAll(world, undefined, options(hour));
  const [subscriber] = world.subscribers;
  if (subscriber) subscriber.alerts = { one: anAlert(above('310')) };
  await day(world, 14, { 14: '316' });
  expect(await subjects(world)).toEqual([]);
});
