import { simpleParser } from 'mailparser';
import type { Refreshed } from '../../lambdas/contracts/refreshed.ts';
import type { FanOutPorts } from '../../lambdas/fan-out/ports.ts';
import { dropAndIngest, NOW } from '../support/drops.ts';
import { fanOutOne, sendAll } from '../support/fan-outs.ts';
import { withFault } from '../support/faulty-ports.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { aSubscriber } from '../support/subscribers.ts';
import { file, twoDays } from '../support/two-days.ts';

test('each affected subscriber gets one mail, with a chart of each ticker they follow', async () => {
  const world = await twoDays(
    { tickers: { AAPL: { window: 90 }, MSFT: { window: 30 } } },
    { address: 'b@example.com', tickers: { TSLA: { window: 90 } } },
  );
  await sendAll(world);
  expect(world.mails.map(({ to }) => to)).toEqual(['ada@example.com']);
  const mail = await simpleParser(world.mails[0]?.raw ?? '');
  expect(mail.subject).toBe('MSFT +2.0 %, AAPL +1.0 % · close of 10 Jan 2020');
  expect(mail.attachments.map(({ cid, contentDisposition }) => `${contentDisposition} ${cid}`)).toEqual([
    'inline chart-1-light@closing-bell',
    'inline chart-2-light@closing-bell',
  ]);
  expect(mail.headers.get('list')).toMatchObject({
    unsubscribe: { url: expect.stringMatching(/^https:\/\/api.example.com\/unsubscribe\?token=/) },
  });
  expect(world.mails[0]?.raw).toContain('\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
});

test('closes in rupees have their sign in subject, table and corrections', async () => {
  const world = new MemoryWorld();
  world.subscribers.push(aSubscriber({ tickers: { 'TCS.NS': { window: 90 } } }));
  const close = (price: string) => `ticker,close,date,action\nTCS.NS,${price},2020-01-10,I\n`;
  await dropAndIngest(world, '2020-01-10_incremental.csv', close('2210.5'));
  await sendAll(world);
  await dropAndIngest(world, '2020-01-10_incremental.csv', close('2215'), '2020-01-10T22:00:00Z');
  await sendAll(world);
  const [first, second] = await Promise.all(world.mails.map(({ raw }) => simpleParser(raw)));
  expect(first?.subject).toContain('TCS.NS ₹2,210.50');
  expect(first?.text).toContain('₹2,210.50');
  expect(second?.text).toContain('₹2,210.50 → ₹2,215.00');
});

test('the ledger records the outcome', async () => {
  const world = await twoDays({});
  await sendAll(world);
  expect([...world.ledger.values()]).toMatchObject([
    { state: 'sent', messageId: 'message-1', key: expect.stringMatching(/^2020-01-10T21:00:00.000Z#2020-01-10/) },
  ]);
});

test('a message that is delivered again sends nothing again', async () => {
  const world = await twoDays({}, { address: 'b@example.com' });
  const again = world.messages.map((entry) => ({ ...entry }));
  await sendAll(world);
  world.messages.push(...again, ...again);
  await sendAll(world);
  expect(world.mails).toHaveLength(2);
});

test.each(['pending', 'paused'] as const)('a %s subscriber gets nothing', async (state) => {
  const world = await twoDays({ state });
  await sendAll(world);
  expect(world.mails).toEqual([]);
});

test.each([
  ['2020-01-11', 0],
  ['2020-01-10', 0],
  ['2020-01-09', 1],
])('a subscriber who pauses until the end of %s gets %i mails on 10 January', async (pausedUntil, mails) => {
  const world = await twoDays({ pausedUntil });
  await sendAll(world);
  expect(world.mails).toHaveLength(mails);
});

test('a subscriber who pauses on the day of a delivery gets no digest of it after midnight either', async () => {
  const world = await twoDays({ pausedUntil: '2020-01-10' });
  await sendAll(world, undefined, { now: NOW + 4 * 3_600_000 });
  expect(world.mails).toEqual([]);
});

test('a subscriber who leaves while mails are sent gets nothing, and leaves no record', async () => {
  const world = await twoDays({}, { address: 'b@example.com' });
  const ports = world.ports();
  const turn = async () => {
    world.subscribers.length = 0;
    return true;
  };
  for (const { message } of world.messages.splice(0))
    await fanOutOne(world, message, { ports: { ...ports, mailer: { ...ports.mailer, turn } } });
  expect([world.mails, [...world.ledger]]).toEqual([[], []]);
});

test('a mail that another invocation claimed is checked again later', async () => {
  const world = await twoDays({});
  const message = world.messages[0]?.message;
  world.messages.length = 0;
  const ports = world.ports();
  const ledger = { ...ports.ledger, claim: async () => false };
  expect(await fanOutOne(world, message, { ports: { ...ports, ledger } })).toMatchObject({ claimed: 1 });
  expect(world.messages).toMatchObject([{ message: { ...message, hop: 1 }, delaySeconds: 900 }]);
});

test('a failure between claim and send leaves no claim: the retry sends at once', async () => {
  const world = await twoDays({});
  const ports = world.ports();
  let reads = 0;
  const read: typeof ports.ledger.read = (key) =>
    ++reads === 2 ? Promise.reject(new Error('throttled')) : ports.ledger.read(key);
  const message = world.messages[0]?.message;
  const failing = { ...ports, ledger: { ...ports.ledger, read } };
  expect(await fanOutOne(world, message, { ports: failing })).toMatchObject({ 'not-sent': 1 });
  expect([...world.ledger]).toEqual([]);
  expect(await fanOutOne(world, message)).toMatchObject({ sent: 1 });
});

test.each([
  [1, 1],
  [8, 4],
])('invocations of %i scan segments share the SES rate: a %ith each', async (totalScanSegments, share) => {
  const world = await twoDays({});
  const ports = world.ports();
  const shares: (number | undefined)[] = [];
  const turn: typeof ports.mailer.turn = async (_deadline, sharedBy) => {
    shares.push(sharedBy);
    return true;
  };
  const message = world.messages[0]?.message as Refreshed;
  const scan = { scanSegment: 0, totalScanSegments };
  await fanOutOne(world, { ...message, scan }, { ports: { ...ports, mailer: { ...ports.mailer, turn } } });
  expect(shares).toEqual([share]);
});

test('a change outside of the chart window sends nothing', async () => {
  const world = await twoDays({ tickers: { AAPL: { window: 30 } } });
  world.messages.length = 0;
  await dropAndIngest(
    world,
    '2020-01-11_incremental.csv',
    'ticker,close,date,action\nAAPL,90,2019-11-01,I\n',
    '2020-01-11T21:00:00Z',
  );
  await sendAll(world);
  expect(world.mails).toEqual([]);
});

test('a chart is drawn once for all subscribers who share it', async () => {
  const world = await twoDays(...Array.from({ length: 20 }, (_, i) => ({ address: `s${i}@example.com` })));
  let drawn = 0;
  world.renderChart = async () => Buffer.from(`png ${++drawn}`);
  await fanOutOne(world, world.messages[0]?.message);
  expect([world.mails.length, drawn]).toEqual([20, 1]);
});

test('a mail is sent without a chart that cannot be drawn', async () => {
  const world = await twoDays({});
  world.renderChart = () => Promise.reject(new Error('no canvas'));
  await sendAll(world);
  const mail = await simpleParser(world.mails[0]?.raw ?? '');
  expect(mail.html).toContain('The chart could not be drawn. AAPL, ');
  expect(world.warnings).toContain('chart not drawn');
});

test('the next digest lists what was corrected since the last one', async () => {
  const world = await twoDays({});
  await sendAll(world);
  await dropAndIngest(
    world,
    '2020-01-11_incremental.csv',
    'ticker,close,date,action\nAAPL,99.5,2020-01-10,U\n',
    '2020-01-11T21:00:00Z',
  );
  await sendAll(world);
  const mail = await simpleParser(world.mails[1]?.raw ?? '');
  expect(mail.text).toContain('Corrections since your last digest\nAAPL, 10 Jan 2020: 101.00 → 99.50');
});

test('a digest names a retired ticker', async () => {
  const world = await twoDays({});
  world.messages.length = 0;
  await dropAndIngest(
    world,
    '2020-01-11_incremental.csv',
    'ticker,close,date,action\nAAPL,,,D\n',
    '2020-01-11T21:00:00Z',
  );
  await sendAll(world);
  expect((await simpleParser(world.mails[0]?.raw ?? '')).text).toContain('no longer reported by the vendor');
});

describe('SES', () => {
  test('refuses one address: it is recorded, and every other subscriber gets their mail', async () => {
    const world = await twoDays({}, { address: 'bad@example.com' });
    world.answers.set('bad@example.com', { status: 'refused', reason: 'MessageRejected' });
    await sendAll(world);
    expect(world.mails.map(({ to }) => to)).toEqual(['ada@example.com']);
    expect([...world.ledger.values()].map(({ state, reason }) => [state, reason]).sort()).toEqual([
      ['refused', 'MessageRejected'],
      ['sent', undefined],
    ]);
  });

  test('did certainly not accept a mail: it is retried', async () => {
    const world = await twoDays({});
    world.answers.set('ada@example.com', { status: 'not-sent', reason: 'throttled' });
    const [message] = world.messages;
    expect(await fanOutOne(world, message?.message)).toMatchObject({ 'not-sent': 1, sent: 0 });
    expect(world.ledger.size).toBe(0);
    world.answers.clear();
    await sendAll(world);
    expect(world.mails).toHaveLength(1);
  });

  test('may have accepted a mail: it is not retried before the claim may be', async () => {
    const world = await twoDays({});
    world.answers.set('ada@example.com', { status: 'unknown', reason: 'timeout' });
    const message = world.messages[0]?.message;
    world.messages.length = 0;
    expect(await fanOutOne(world, message)).toMatchObject({ unconfirmed: 1 });
    expect(world.messages).toMatchObject([{ message: { ...message, hop: 1 }, delaySeconds: 900 }]);
    world.answers.clear();
    expect(await fanOutOne(world, message, { now: NOW + 3_599_000 })).toMatchObject({ unconfirmed: 1, sent: 0 });
    expect(await fanOutOne(world, message, { now: NOW + 3_600_000 })).toMatchObject({ resent: 1 });
  });

  test('never confirms a mail: it is tried twice in all', async () => {
    const world = await twoDays({});
    world.answers.set('ada@example.com', { status: 'unknown', reason: 'timeout' });
    for (let hour = 0; hour < 6; hour++) await sendAll(world, undefined, { now: NOW + hour * 3_600_000 });
    expect(world.mails).toHaveLength(2);
    expect(world.messages).toEqual([]);
  });
});

test('a scan that does not fit into the time hands over its cursor; every subscriber gets a mail', async () => {
  const world = await twoDays(...Array.from({ length: 130 }, (_, i) => ({ address: `s${i}@example.com` })));
  const message = world.messages[0]?.message;
  world.messages.length = 0;
  const result = await fanOutOne(world, message, { deadline: NOW + 20_000 });
  expect(result).toMatchObject({ sent: 1, handedOver: true });
  const after = world.subscribers[0]?.subscriber;
  expect(world.messages).toMatchObject([{ message: { hop: 1, scan: { after } } }]);
  await sendAll(world, undefined, { deadline: NOW + 20_000 });
  expect(world.mails.map(({ to }) => to).sort()).toEqual(world.subscribers.map(({ address }) => address).sort());
});

describe('a scan that does not fit into the time, with an unconfirmed mail and one left to send', () => {
  const start = async () => {
    const world = await twoDays(...Array.from({ length: 40 }, (_, i) => ({ address: `s${i}@example.com` })));
    world.answers.set('s0@example.com', { status: 'unknown', reason: 'timeout' });
    world.answers.set('s1@example.com', { status: 'not-sent', reason: 'ECONNREFUSED' });
    let turns = 0;
    const ports = world.ports();
    // As many as fit into an invocation.
    const mailer = { ...ports.mailer, turn: async () => ++turns % 16 !== 0 };
    const message = world.messages[0]?.message;
    return { world, ports: { ...ports, mailer }, message };
  };

  test('is continued by two messages that have no subscriber in common', async () => {
    const { world, ports, message } = await start();
    world.messages.length = 0;
    expect(await fanOutOne(world, message, { ports })).toMatchObject({
      handedOver: true,
      unconfirmed: 1,
      'not-sent': 1,
    });
    const [rest, open] = world.messages;
    const scan = { scanSegment: 0, totalScanSegments: 1 };
    expect(open?.message).toEqual({ ...message, hop: 1, scan: { ...scan, until: rest?.message.scan?.after } });
    expect([rest?.delaySeconds, open?.delaySeconds]).toEqual([0, 30]);
  });

  test('ends with a mail for every subscriber', async () => {
    const { world, ports, message } = await start();
    world.messages.splice(0, world.messages.length, { message: message as Refreshed, delaySeconds: 0 });
    await sendAll(world, ports);
    world.answers.clear();
    for (let hour = 1; hour < 4; hour++) await sendAll(world, undefined, { now: NOW + hour * 3_600_000 });
    expect(world.messages).toEqual([]);
    const to = world.mails.map((mail) => mail.to);
    // The unconfirmed one was retried.
    expect(to.sort()).toEqual([...world.subscribers.map(({ address }) => address), 's0@example.com'].sort());
  });
});

test('a history without news is mailed to nobody', async () => {
  const world = await twoDays({});
  await sendAll(world);
  const history = 'ticker,close,date\nAAPL,100,2020-01-09\nAAPL,101,2020-01-10\n';
  await dropAndIngest(world, '2020-01-11_history.csv', history, '2020-01-11T21:00:00Z');
  expect(world.messages).toHaveLength(1);
  await sendAll(world);
  expect(world.mails).toHaveLength(1);
});

test('two deliveries that are applied before either is mailed are both mailed', async () => {
  const world = await twoDays({});
  await dropAndIngest(world, '2020-01-11_incremental.csv', file('102', '2020-01-11'), '2020-01-11T21:00:00Z');
  await sendAll(world);
  expect(world.mails).toHaveLength(2);
});

test('a ticker without recent closes is charted over its whole window', async () => {
  const world = new MemoryWorld();
  world.subscribers.push(aSubscriber({ tickers: { OLD: { window: 365 }, NEW: { window: 30 } } }));
  await dropAndIngest(
    world,
    '2020-01-03_history.csv',
    'ticker,close,date\nOLD,1.8,2019-06-03\nOLD,2,2020-01-03\n',
    '2020-01-03T21:00:00Z',
  );
  world.messages.length = 0;
  await dropAndIngest(
    world,
    '2021-12-31_incremental.csv',
    'ticker,close,date,action\nNEW,5,2021-12-31,I\n',
    '2021-12-31T21:00:00Z',
  );
  await sendAll(world);
  expect((await simpleParser(world.mails[0]?.raw ?? '')).text).toContain('low 1.80');
});

test('the boundary between the parts of a mail is one that every client reads', async () => {
  const world = await twoDays({});
  await sendAll(world);
  const boundaries = world.mails[0]?.raw.match(/boundary=.*/g) ?? [];
  expect(boundaries.length).toBeGreaterThan(0);
  expect(world.mails[0]?.raw).not.toMatch(/[^\r]\n/);
  for (const boundary of boundaries) expect(boundary).toMatch(/^boundary="[^"]{1,70}"/);
});

test('any one call fails, before or after its effect: every subscriber gets their mail', async () => {
  const attempt = async (failing: { call: number; when: 'before' | 'after' }) => {
    const world = await twoDays(
      {},
      { address: 'b@example.com' },
      { address: 'c@example.com', tickers: { MSFT: { window: 365 } } },
    );
    const { ports, calls } = withFault(world.ports(), failing);
    await sendAll(world, ports as FanOutPorts, { now: NOW });
    // An unconfirmed claim is retried after an hour.
    await sendAll(world, ports as FanOutPorts, { now: NOW + 3_600_000 });
    return {
      calls: calls(),
      mails: world.mails.map(({ to }) => to).sort(),
      states: [...world.ledger.values()].map(({ state }) => state),
    };
  };
  const { calls, mails, states } = await attempt({ call: -1, when: 'before' });
  expect(mails).toEqual(['ada@example.com', 'b@example.com', 'c@example.com']);
  for (let call = 0; call < calls; call++) {
    for (const when of ['before', 'after'] as const) {
      const faulty = await attempt({ call, when });
      expect({ call, when, to: [...new Set(faulty.mails)], states: faulty.states }).toEqual({
        call,
        when,
        to: mails,
        states,
      });
    }
  }
});
