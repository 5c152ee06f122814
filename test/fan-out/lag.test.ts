import { simpleParser } from 'mailparser';
import { anInvocation, command, drop, dropAndIngest, INGEST_SETTINGS, ingest, NOW } from '../support/drops.ts';
import { fanOutOne, sendAll } from '../support/fan-outs.ts';
import { crashingAt } from '../support/faulty-ports.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { aSubscriber } from '../support/subscribers.ts';

/** Fan-out far behind ingest, deliveries out of order, revisions that crashed: no mail is missing, and corrections are exact. */

const HOUR_MS = 3_600_000;
const OLD = 'ticker,close,date\nSLOW,10,2015-03-02\nSLOW,11,2015-03-03\nOTHER,1,2020-01-09\n';
const NEW = 'ticker,close,date,action\nSLOW,12,2020-01-13,I\n';
const file = (...rows: string[]) => `ticker,close,date,action\n${rows.join('\n')}\n`;

const correctionsIn = async (world: MemoryWorld, n: number): Promise<string[]> =>
  ((await simpleParser(world.mails[n]?.raw ?? '')).text ?? '').split('\n').filter((line) => / → /.test(line));

async function mails(lag: boolean): Promise<number> {
  const world = new MemoryWorld();
  world.subscribers.push(aSubscriber({ tickers: { SLOW: { window: 365 } } }));
  await dropAndIngest(world, '2020-01-10_history.csv', OLD, '2020-01-10T21:00:00Z');
  if (!lag) await sendAll(world);
  await dropAndIngest(world, '2020-01-13_incremental.csv', NEW, '2020-01-13T21:00:00Z');
  await sendAll(world);
  return world.mails.length;
}

test('a ticker without closes for years is mailed, also if fan-out is far behind', async () => {
  expect(await mails(false)).toBe(2);
  expect(await mails(true)).toBe(2);
});

/** A world with one subscriber who received a mail about 9 January. */
async function aWorld(tickers = { AAPL: { window: 90 as const }, KO: { window: 90 as const } }) {
  const world = new MemoryWorld();
  world.subscribers.push(aSubscriber({ tickers }));
  await dropAndIngest(
    world,
    '2020-01-09_history.csv',
    'ticker,close,date\nAAPL,100,2020-01-08\nAAPL,101,2020-01-09\nKO,50,2020-01-09\n',
    '2020-01-09T21:00:00Z',
  );
  await sendAll(world, undefined, { now: NOW - 20 * 3_600_000, deadline: NOW });
  return world;
}

test('a correction begins at what the last mail displayed', async () => {
  const world = await aWorld();
  await dropAndIngest(
    world,
    '2020-01-10_incremental.csv',
    file('AAPL,102,2020-01-10,I', 'AAPL,111,2020-01-09,U'),
    '2020-01-10T21:00:00Z',
  );
  await dropAndIngest(
    world,
    '2020-01-13_incremental.csv',
    file('AAPL,103,2020-01-13,I', 'AAPL,121,2020-01-09,U'),
    '2020-01-13T21:00:00Z',
  );
  await sendAll(world);
  expect([await correctionsIn(world, 1), await correctionsIn(world, 2)]).toEqual([
    ['AAPL, 9 Jan 2020: 101.00 → 121.00'],
    [],
  ]);
});

test('a delivery that was uploaded before a mail and applied after it corrects that mail', async () => {
  const world = await aWorld();
  const late = drop(world, 'eu/2020-01-10_incremental.csv', file('AAPL,111,2020-01-09,U'), '2020-01-10T21:00:00Z');
  await dropAndIngest(world, '2020-01-10_incremental.csv', file('AAPL,102,2020-01-10,I'), '2020-01-10T21:00:05Z');
  await sendAll(world);
  await ingest(world, late);
  await sendAll(world, undefined, { now: NOW + 1_000, deadline: NOW + 900_000 });
  expect([await correctionsIn(world, 1), await correctionsIn(world, 2)]).toEqual([
    [],
    ['AAPL, 9 Jan 2020: 101.00 → 111.00'],
  ]);
});

test('segments of a crashed revision that another mail displayed are corrected when they are undone', async () => {
  const world = await aWorld();
  await dropAndIngest(
    world,
    '2020-01-10_incremental.csv',
    file('AAPL,102,2020-01-10,I', 'KO,51,2020-01-10,I'),
    '2020-01-10T21:00:00Z',
  );
  await sendAll(world);
  // Ingest of the next revision crashes after its first batch, which has a wrong close of AAPL …
  const wrong = drop(
    world,
    '2020-01-10_incremental.csv',
    file('AAPL,1020,2020-01-10,I', 'KO,52,2020-01-10,I'),
    '2020-01-10T22:00:00Z',
  );
  const crashing = crashingAt(world.ports(), 'prices.writeSegments');
  await ingest(world, wrong, { ports: crashing }).catch(() => undefined);
  // … a mail about another delivery displays it …
  await dropAndIngest(world, 'eu/2020-01-10_incremental.csv', file('KO,49,2020-01-07,I'), '2020-01-10T22:05:00Z');
  await sendAll(world, undefined, { now: NOW + 1_000, deadline: NOW + 900_000 });
  expect(await correctionsIn(world, 2)).toEqual([
    'KO, 10 Jan 2020: 51.00 → 52.00',
    'AAPL, 10 Jan 2020: 102.00 → 1,020.00 (suspect)',
  ]);
  // … and a file with the earlier closes undoes it: nothing else changes.
  const corrected = drop(
    world,
    '2020-01-10_incremental.csv',
    file('AAPL,102,2020-01-10,I', 'KO,51,2020-01-10,I', 'GE,1,2020-01-10,I'),
    '2020-01-10T23:00:00Z',
  );
  const later = NOW + 7_200_000;
  await ingest(world, corrected, {
    invocation: anInvocation({ id: 'later', now: () => later, deadline: later + 600_000 }),
  });
  await sendAll(world, undefined, { now: later + 1_000, deadline: later + 900_000 });
  expect(await correctionsIn(world, 3)).toEqual([
    'AAPL, 10 Jan 2020: 1,020.00 → 102.00',
    'KO, 10 Jan 2020: 52.00 → 51.00',
  ]);
});

/** Ports of fan-out that run `act` before their n-th call; `made` counts the calls. */
function interrupted(world: MemoryWorld, at: number, act: () => Promise<unknown>) {
  const ports = world.ports();
  const calls = { made: 0 };
  const before =
    <A extends unknown[], R>(run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (calls.made++ === at) await act();
      return run(...args);
    };
  const { claim, markConfirmed, read, release } = ports.ledger;
  const watched = {
    ...ports,
    prices: { ...ports.prices, segmentsOf: before(ports.prices.segmentsOf) },
    subscribers: { ...ports.subscribers, get: before(ports.subscribers.get) },
    mailer: { turn: before(ports.mailer.turn), send: before(ports.mailer.send) },
    ledger: {
      ...ports.ledger,
      claim: before(claim),
      markConfirmed: before(markConfirmed),
      read: before(read),
      release: before(release),
    },
  };
  return { ports: watched, calls };
}

test('a subscriber who erases themselves before any call of fan-out gets no mail and leaves no record', async () => {
  for (let at = 0, made = 1; at < made; at++) {
    const world = await aWorld();
    world.ledger.clear();
    await dropAndIngest(world, '2020-01-10_incremental.csv', file('AAPL,102,2020-01-10,I'), '2020-01-10T21:00:00Z');
    let sent: number | undefined;
    const erase = async () => {
      sent = world.mails.length;
      await world.ports().ledger.eraseAll(world.subscribers.splice(0)[0]?.subscriber ?? '');
    };
    const { ports, calls } = interrupted(world, at, erase);
    await sendAll(world, { ...ports, mailer: { ...ports.mailer, send: world.ports().mailer.send } });
    made = calls.made;
    const found = { at, records: [...world.ledger.keys()], mails: world.mails.length };
    expect(found).toEqual({ at, records: [], mails: sent ?? found.mails });
  }
});

test('a mail is composed again if another one is sent before any call of its fan-out', async () => {
  for (let at = 0, isOver = false; !isOver; at++) {
    const world = await aWorld();
    await dropAndIngest(world, '2020-01-10_incremental.csv', file('AAPL,102,2020-01-10,I'), '2020-01-10T21:00:00Z');
    const [mine] = world.messages.splice(0);
    const before = world.mails.length;
    const { ports, calls } = interrupted(world, at, async () => {
      // A mail that is sent while this one is on its way to SES may arrive after it.
      isOver = world.mails.length > before;
      const newer = file('AAPL,109,2020-01-09,U', 'AAPL,112,2020-01-10,U');
      await dropAndIngest(world, 'eu/2020-01-10_incremental.csv', newer, '2020-01-10T21:05:00Z');
      await sendAll(world, undefined, { now: NOW + 1_000, deadline: NOW + 900_000 });
    });
    const mailer = { ...ports.mailer, send: world.ports().mailer.send };
    await fanOutOne(world, mine?.message, { ports: { ...ports, mailer }, now: NOW + 2_000 });
    isOver ||= calls.made <= at;
    const text = (await simpleParser(world.mails.at(-1)?.raw ?? '')).text ?? '';
    if (!isOver) expect({ at, text }).toEqual({ at, text: expect.stringMatching(/^AAPL +112\.00/m) });
  }
});

test('a mail that SES refused by mistake is sent once when an operator asks for it', async () => {
  const world = await aWorld();
  await dropAndIngest(world, '2020-01-10_incremental.csv', file('AAPL,102,2020-01-10,I'), '2020-01-10T21:00:00Z');
  const messages = world.messages.map(({ message }) => message);
  world.answers.set('ada@example.com', { status: 'refused', reason: 'a mistake' });
  await sendAll(world);
  const before = world.mails.length;
  world.answers.clear();
  for (const message of messages) await fanOutOne(world, message);
  expect(world.mails).toHaveLength(before);
  for (let times = 0; times < 2; times++)
    for (const message of messages) await fanOutOne(world, { ...message, resendRefused: true });
  expect(world.mails).toHaveLength(before + 1);
  expect([...world.ledger.values()].filter(({ state }) => state !== 'sent')).toEqual([]);
});

test('a revocation is corrected against what was displayed, not against what was known', async () => {
  const world = await aWorld();
  await dropAndIngest(world, '2020-01-10_incremental.csv', file('AAPL,102,2020-01-10,I'), '2020-01-10T21:00:00Z');
  await ingest(world, command(world, '2020-01-10.incremental', 'revoke', '2020-01-10T21:30:00.000Z'));
  await sendAll(world);
  // Both mails display 9 January as the last close: no mail ever displayed 102.
  expect([await correctionsIn(world, 1), await correctionsIn(world, 2)]).toEqual([[], []]);
});

test.each([false, true])(
  'a revision that was partly undone and then applied counts as applied (undone: %s)',
  async (isHalfUndone) => {
    const world = new MemoryWorld();
    world.subscribers.push(aSubscriber({ tickers: { AAPL: { window: 30 } } }));
    const name = '2020-01-10_incremental.csv';
    const rows = (old: number) => [
      `AAPL,${old},2018-01-02,I`,
      'AAPL,1,2019-01-02,I',
      'AAPL,1,2020-01-10,I',
      'KO,1,2020-01-10,I',
    ];
    const first = drop(
      world,
      name,
      file(...rows(1), 'KO,1,2020-01-09,I', ...['BAD1', 'BAD2', 'BAD3'].map((ticker) => `${ticker},-1,2020-01-10,I`)),
      '2020-01-10T21:00:00Z',
    );
    const at = (hours: number) => ({
      id: `i${hours}`,
      now: () => NOW + hours * HOUR_MS,
      deadline: NOW + (hours + 0.2) * HOUR_MS,
    });
    const lenient = { ...INGEST_SETTINGS, maxRejectedShare: 0.9 };
    if (isHalfUndone) {
      const ports = crashingAt(world.ports(), 'prices.writeSegments');
      await ingest(world, first, { ports, settings: lenient, invocation: at(0) }).catch(() => 0);
      const strict = { ...INGEST_SETTINGS, maxRejectedShare: 0 };
      const undoing = world.ports();
      const writeSegments: typeof undoing.prices.writeSegments = async (...args) => {
        await undoing.prices.writeSegments(...args);
        throw new Error('dead');
      };
      const dying = { ...undoing, prices: { ...undoing.prices, writeSegments } };
      await ingest(world, first, { ports: dying, settings: strict, invocation: at(2) }).catch(() => 0);
      expect([...world.segments.values()].some(({ isUnfinished }) => isUnfinished)).toBe(true);
    }
    await ingest(world, first, { settings: lenient, invocation: at(4) });
    await sendAll(world, undefined, { now: NOW + 5 * HOUR_MS, deadline: NOW + 6 * HOUR_MS });
    // Only an old close changes here. The change within the window comes with another delivery, whose mail waits.
    await ingest(world, drop(world, name, file(...rows(2)), '2020-01-11T21:00:00Z'), { invocation: at(24) });
    const mine = world.messages.splice(0);
    const other = drop(world, '2020-01-11_incremental.csv', file('AAPL,7,2020-01-10,U'), '2020-01-11T21:05:00Z');
    await ingest(world, other, { invocation: at(25) });
    world.messages.splice(0, world.messages.length, ...mine);
    await sendAll(world, undefined, { now: NOW + 26 * HOUR_MS, deadline: NOW + 27 * HOUR_MS });
    expect(world.mails).toHaveLength(1);
  },
);

test('a mail that waits while a revision is undone does not display it: prices are read again after another mail', async () => {
  const world = await aWorld();
  const name = '2020-01-10_incremental.csv';
  await dropAndIngest(world, name, file('AAPL,102,2020-01-10,I', 'KO,51,2020-01-10,I'), '2020-01-10T21:00:00Z');
  await sendAll(world);
  const wrong = drop(
    world,
    name,
    file(
      'AAPL,103,2020-01-10,I',
      'KO,52,2020-01-10,I',
      ...['BAD1', 'BAD2', 'BAD3'].map((ticker) => `${ticker},-1,2020-01-10,I`),
    ),
    '2020-01-10T22:00:00Z',
  );
  const lenient = { ...INGEST_SETTINGS, maxRejectedShare: 0.9 };
  await ingest(world, wrong, { ports: crashingAt(world.ports(), 'prices.writeSegments'), settings: lenient }).catch(
    () => 0,
  );
  expect(
    [...world.segments.values()].some(({ revision, isReplaced }) => !isReplaced && revision === wrong.revision),
  ).toBe(true);
  await dropAndIngest(world, 'eu/2020-01-10_incremental.csv', file('KO,49,2020-01-07,I'), '2020-01-10T22:05:00Z');
  const [waiting] = world.messages.splice(0);
  await dropAndIngest(world, 'us/2020-01-10_incremental.csv', file('KO,48,2020-01-06,I'), '2020-01-10T22:06:00Z');
  const [other] = world.messages.splice(0);
  const later = NOW + 2 * HOUR_MS;
  const ports = world.ports();
  let isFirst = true;
  const turn = async (deadline: number): Promise<boolean> => {
    if (isFirst) {
      isFirst = false;
      const settings = { ...INGEST_SETTINGS, maxRejectedShare: 0 };
      const invocation = anInvocation({ id: 'later', now: () => later, deadline: later + 600_000 });
      expect(await ingest(world, wrong, { settings, invocation })).toMatchObject({ status: 'rejected' });
      await fanOutOne(world, other?.message, { now: later + 1_000, deadline: later + 300_000 });
    }
    return ports.mailer.turn(deadline);
  };
  await fanOutOne(world, waiting?.message, {
    ports: { ...ports, mailer: { ...ports.mailer, turn } },
    now: later,
    deadline: later + 300_000,
  });
  const text = (await simpleParser(world.mails.at(-1)?.raw ?? '')).text ?? '';
  expect([text.match(/^AAPL +(\S+)/m)?.[1], text.match(/^KO +(\S+)/m)?.[1]]).toEqual(['102.00', '51.00']);
  expect(await correctionsIn(world, world.mails.length - 1)).toEqual([]);
});

test('a late confirmation of the first try counts, not what the second try would have displayed', async () => {
  const world = await aWorld();
  await dropAndIngest(world, '2020-01-10_incremental.csv', file('AAPL,102,2020-01-10,I'), '2020-01-10T21:00:00Z');
  const [first] = world.messages.splice(0);
  world.answers.set('ada@example.com', { status: 'unknown', reason: 'the answer is lost' });
  await fanOutOne(world, first?.message);
  const corrected = 'ticker,close,date\nAAPL,100,2020-01-08\nAAPL,91,2020-01-09\nAAPL,102,2020-01-10\n';
  await dropAndIngest(world, '2020-01-10_history.csv', corrected, '2020-01-10T22:10:00Z');
  const second = world.messages.splice(0);
  const claimed = [...world.ledger.values()].find(({ state }) => state === 'claimed');
  const ports = world.ports();
  const send: typeof ports.mailer.send = async () => {
    if (claimed) await ports.ledger.markSent(claimed, 'message-1', { deliveredAt: '2020-01-10T23:00:00Z' });
    return { status: 'not-sent', reason: 'no' };
  };
  const again = { now: NOW + 2 * HOUR_MS, deadline: NOW + 3 * HOUR_MS };
  await fanOutOne(world, first?.message, { ports: { ...ports, mailer: { ...ports.mailer, send } }, ...again });
  world.answers.clear();
  for (const { message } of second) await fanOutOne(world, message, again);
  expect(await correctionsIn(world, world.mails.length - 1)).toEqual(['AAPL, 9 Jan 2020: 101.00 → 91.00']);
});

test('a confirmation of the first try before any call of the second prevents its mail', async () => {
  for (let at = 0, isOver = false; !isOver; at++) {
    const world = await aWorld();
    await dropAndIngest(world, '2020-01-10_incremental.csv', file('AAPL,102,2020-01-10,I'), '2020-01-10T21:00:00Z');
    const [message] = world.messages.splice(0);
    world.answers.set('ada@example.com', { status: 'unknown', reason: 'the answer is lost' });
    await fanOutOne(world, message?.message);
    world.answers.clear();
    const sent = world.mails.length;
    const claimed = [...world.ledger.values()].find(({ state }) => state === 'claimed');
    const { ports, calls } = interrupted(world, at, async () => {
      isOver = world.mails.length > sent;
      if (claimed) await world.ports().ledger.markSent(claimed, 'message-1');
    });
    const mailer = { ...ports.mailer, send: world.ports().mailer.send };
    const again = { now: NOW + 2 * HOUR_MS, deadline: NOW + 3 * HOUR_MS };
    await fanOutOne(world, message?.message, { ports: { ...ports, mailer }, ...again });
    isOver ||= calls.made <= at;
    if (!isOver) expect({ at, mails: world.mails.length }).toEqual({ at, mails: sent });
  }
});
