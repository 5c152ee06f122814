import type { Subscriber } from '../../lambdas/contracts/subscriber.ts';
import { alertWorld, at, changeAlert, dateOf, day, drop, iso, send, subjects, textOf } from '../support/alert-days.ts';
import { above, alerted, anAlert } from '../support/alerts.ts';
import { command, dropAndIngest, ingest } from '../support/drops.ts';
import { fanOutOne, sendAll } from '../support/fan-outs.ts';
import { crashingAt } from '../support/faulty-ports.ts';
import { aSubscriber } from '../support/subscribers.ts';

test('a fire is mailed once, with the numbers that made it true and links to mute and delete', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'), { note: 'sell half' })));
  await day(world, 9, { 9: '318.2' });
  await day(world, 10, { 10: '320' });
  expect(await subjects(world)).toEqual(['Alert: AAPL closed at 318.20, above 310.00 · close of 9 Jan 2020']);
  const text = await textOf(world);
  expect(text).toMatch('gapped from 300.00 to 318.20');
  expect(text).toMatch('“sell half”');
  expect(text).toMatch(/Mute for a week: https:\/\/api.example.com\/mute-alert\?token=\S+\.one\.\S+/);
  expect(text).toMatch(/Delete this alert: https:\/\/api.example.com\/delete-alert\?token=\S+\.one\.\S+/);
  expect(text).toMatch(/AAPL, since .*: .*; alert at 310.00, fired once/);
  expect(world.alerted).toEqual(['AAPL closed at 318.20, above 310.00']);
});

test('it fires again after the close was back beyond the band, and not while it flaps', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  for (const [i, close] of ['311', '309.5', '311', '300', '312'].entries()) await day(world, 9 + i, { [9 + i]: close });
  expect(await subjects(world)).toEqual([
    'Alert: AAPL closed at 311.00, above 310.00 · close of 9 Jan 2020',
    'Alert: AAPL closed at 312.00, above 310.00 · close of 13 Jan 2020',
  ]);
});

test('a replayed message, a repeated file and a second fan-out announce nothing again', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await drop(world, 9, { 9: '318' });
  const [first] = world.messages;
  await Promise.all([
    send(world, 9),
    fanOutOne(world, first?.message, { now: at(9) + 61_000, deadline: at(9) + 600_000 }),
  ]);
  await fanOutOne(world, first?.message, { now: at(10), deadline: at(10) + 600_000 });
  await drop(world, 9, { 9: '318' }, iso(10));
  await send(world, 10);
  expect(world.mails).toHaveLength(1);
});

test('two deliveries that announce one episode at once: one mail has it', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await drop(world, 9, { 9: '318' });
  // Taken back, and dropped again before fan-out ran: both revisions add the fire.
  await ingest(world, command(world, '2020-01-09.incremental', 'revoke', iso(9, 22)));
  await drop(world, 9, { 9: '319' }, iso(9, 23));
  await send(world, 10);
  expect(await subjects(world)).toEqual(['Alert: AAPL closed at 319.00, above 310.00 · close of 9 Jan 2020']);
});

test('a crash between the record of a fire and its mail loses nothing, and sends nothing twice', async () => {
  for (const path of ['told.put', 'ledger.claim', 'mailer.send', 'ledger.markConfirmed']) {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await drop(world, 9, { 9: '318' });
    const [message] = world.messages;
    const options = { now: at(9) + 60_000, deadline: at(9) + 600_000 };
    await fanOutOne(world, message?.message, { ...options, ports: crashingAt(world.ports(), path) }).catch(
      () => undefined,
    );
    const later = { now: at(9) + 2 * 3_600_000, deadline: at(9) + 3 * 3_600_000 };
    await fanOutOne(world, message?.message, later);
    expect([path, world.mails.length > 0]).toEqual([path, true]);
    expect(await textOf(world)).toMatch('closed at 318.00');
  }
});

test('a mail that SES refused announced nothing: another delivery may', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  world.answers.set('ada@example.com', { status: 'refused', reason: 'no' });
  await day(world, 9, { 9: '318' });
  world.answers.clear();
  await ingest(world, command(world, '2020-01-09.incremental', 'revoke', iso(10, 8)));
  await send(world, 10, 9);
  expect(world.mails).toEqual([]);
  await drop(world, 9, { 9: '319' }, iso(10, 10));
  await send(world, 10, 11);
  expect(await subjects(world)).toEqual(['Alert: AAPL closed at 319.00, above 310.00 · close of 9 Jan 2020']);
});

describe('late', () => {
  test('a fire that is still true is announced with its date and the last close', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await day(world, 17, { 9: '312', 10: '313', 13: '313', 14: '313', 15: '313', 16: '313', 17: '314' });
    expect(await subjects(world)).toEqual([
      'Alert: AAPL closed at 312.00, above 310.00, on 9 Jan 2020 · close of 17 Jan 2020',
    ]);
    expect(await textOf(world)).toMatch('last close 314.00 on 17 Jan 2020');
  });

  test('an old fire that is no longer true is history', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await day(world, 17, { 9: '312', 10: '313', 13: '300', 14: '300', 15: '300', 16: '300', 17: '300' });
    expect(world.mails).toEqual([]);
    expect([...world.told.values()].flatMap(({ fires }) => fires.map(({ date, told }) => [date, told]))).toEqual([
      ['2020-01-09', 'late'],
    ]);
  });

  test('a recent one is announced also if it is no longer true', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await day(world, 13, { 9: '312', 10: '300', 13: '301' });
    expect(await subjects(world)).toEqual([
      'Alert: AAPL closed at 312.00, above 310.00, on 9 Jan 2020 · close of 13 Jan 2020',
    ]);
  });

  test('fan-out that lags announces only what is still true', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await drop(world, 9, { 9: '312' });
    await drop(world, 10, { 9: '302', 10: '303' });
    await send(world, 13);
    expect(world.mails).toEqual([]);
  });
});

describe('a subscriber', () => {
  test('who mutes an alert gets no mail, also later', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'), { mutedUntil: '2020-01-09' })));
    await drop(world, 9, { 9: '318' });
    const [message] = world.messages;
    await send(world, 9);
    changeAlert(world, { mutedUntil: '2020-01-08' });
    await fanOutOne(world, message?.message, { now: at(10), deadline: at(10) + 600_000 });
    await day(world, 10, { 10: '319' });
    expect(world.mails).toEqual([]);
    expect([...world.told.values()].flatMap(({ fires }) => fires.map(({ told }) => told))).toEqual(['muted']);
  });

  test.each<[what: string, change: (subscriber: Subscriber) => void]>([
    ['unsubscribed', (subscriber) => void Object.assign(subscriber, { tickers: {}, alerts: {} })],
    ['paused', (subscriber) => void Object.assign(subscriber, { pausedUntil: '2020-01-31' })],
    ['deleted the alert', (subscriber) => void Object.assign(subscriber, { alerts: {} })],
    [
      'muted the alert',
      (subscriber) => void Object.assign(subscriber.alerts?.['one'] ?? {}, { mutedUntil: '2020-01-20' }),
    ],
    [
      'edited the alert',
      (subscriber) => void Object.assign(subscriber.alerts?.['one'] ?? {}, { condition: above('400'), version: 2 }),
    ],
  ])('who %s just before the mail gets none', async (_what, change) => {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await drop(world, 9, { 9: '318' });
    const ports = world.ports();
    const get = ports.subscribers.get;
    ports.subscribers.get = (id) => {
      for (const subscriber of world.subscribers) change(subscriber);
      return get(id);
    };
    await sendAll(world, ports, { now: at(9) + 60_000, deadline: at(9) + 600_000 });
    expect(world.mails).toEqual([]);
  });

  test('who was erased leaves no record of an alert', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await drop(world, 9, { 9: '318' });
    const ports = world.ports();
    ports.subscribers.get = async () => {
      world.subscribers.length = 0;
      return undefined;
    };
    await sendAll(world, ports, { now: at(9) + 60_000, deadline: at(9) + 600_000 });
    expect([world.mails, world.told.size, world.ledger.size]).toEqual([[], 0, 0]);
  });

  test('who wants mail only for alerts gets no digest, but one with the alert', async () => {
    const preferences = { theme: 'light' as const, mails: 'alerts' as const };
    const alerts = { one: anAlert(above('310')) };
    const world = await alertWorld(aSubscriber({ preferences, alerts }));
    await day(world, 9, { 9: '305' });
    expect(world.mails).toEqual([]);
    await day(world, 10, { 10: '318' });
    expect(await subjects(world)).toEqual(['Alert: AAPL closed at 318.00, above 310.00 · close of 10 Jan 2020']);
    expect(await textOf(world)).toMatch(/AAPL .*318.00/);
  });

  test('gets one mail for alert and digest, and later an exact correction of a ticker they do not follow', async () => {
    const world = await alertWorld(
      aSubscriber({ tickers: { KO: { window: 90 } }, alerts: { one: anAlert(above('310')) } }),
    );
    const both = (aapl: string, ko: string, date: number) =>
      `ticker,close,date,action\nAAPL,${aapl},${dateOf(date)},I\nKO,${ko},${dateOf(date)},I\n`;
    await dropAndIngest(world, '2020-01-09_incremental.csv', both('318', '50', 9), iso(9));
    await send(world, 9);
    expect(world.mails).toHaveLength(1);
    await dropAndIngest(
      world,
      '2020-01-10_incremental.csv',
      `${both('320', '51', 10)}AAPL,317,2020-01-09,I\n`,
      iso(10),
    );
    await send(world, 10);
    expect(await textOf(world)).toMatch('AAPL, 9 Jan 2020: 318.00 → 317.00');
    await dropAndIngest(world, '2020-01-13_incremental.csv', both('321', '52', 13), iso(13));
    await send(world, 13);
    expect(await textOf(world)).not.toMatch('→');
  });

  test('who resumes is told what comes after it, also by an alert that fired in the pause', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'), { repeat: 'once' }), { pausedUntil: '2020-01-10' }));
    await day(world, 9, { 9: '318' });
    await day(world, 10, { 10: '300' });
    await day(world, 13, { 13: '319' });
    expect(await subjects(world)).toEqual(['Alert: AAPL closed at 319.00, above 310.00 · close of 13 Jan 2020']);
  });
});

test('an alert that fires once is mailed once, also if an earlier fire comes to light', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'), { repeat: 'once' })));
  await day(world, 10, { 9: '305', 10: '318' });
  await day(world, 13, { 13: '300' });
  await day(world, 14, { 9: '311', 14: '320' });
  expect(await subjects(world)).toHaveLength(1);
});

test('a suspect close fires when the next one confirms it, with its date', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await day(world, 9, { 9: '3000' });
  expect(world.mails).toEqual([]);
  await day(world, 10, { 10: '3010' });
  expect(await subjects(world)).toEqual([
    'Alert: AAPL closed at 3,000.00, above 310.00, on 9 Jan 2020 · close of 10 Jan 2020',
  ]);
});

test('a ten-fold misprint that is corrected fires nothing', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await day(world, 9, { 9: '3000' });
  await day(world, 10, { 9: '300', 10: '301' });
  expect(world.mails).toEqual([]);
});

test('across a jump that may be a split an alert fires and says so; the declared split withdraws it', async () => {
  const below = { kind: 'price' as const, direction: 'below' as const, threshold: '200' };
  const world = await alertWorld(alerted(anAlert(below)));
  await day(world, 9, { 9: '75' });
  await day(world, 10, { 10: '76' });
  expect(await subjects(world)).toEqual([
    'Alert: AAPL closed at 75.00, below 200.00, on 9 Jan 2020 · close of 10 Jan 2020',
  ]);
  expect(await textOf(world)).toMatch('may be a 4:1 split on 9 Jan 2020');
  await dropAndIngest(
    world,
    'declared/2020-01-13_incremental.csv',
    'action,ticker,date,value\nS,AAPL,2020-01-09,4\n',
    iso(13),
  );
  await send(world, 13);
  expect(await subjects(world)).toHaveLength(2);
  expect((await subjects(world))[1]).toMatch(/^Alert withdrawn: AAPL.* of 9 Jan 2020 .*split/);
});

test('an alert on an old name of a followed ticker costs no digest', async () => {
  const preferences = { theme: 'light' as const, window: 365 as const };
  const world = await alertWorld(
    aSubscriber({ preferences, tickers: { APL: { window: 30 } }, alerts: { one: anAlert(above('310')) } }),
  );
  const declared = 'action,ticker,date,value\nR,APL,2020-01-09,AAPL\n';
  await dropAndIngest(world, 'declared/2020-01-09_incremental.csv', declared, iso(9, 12));
  world.messages.length = 0;
  for (const [date, close] of Object.entries({ 9: '318', 10: '319', 13: '320' })) {
    const content = `ticker,close,date,action\nAPL,${close},${dateOf(Number(date))},I\n`;
    await dropAndIngest(world, `${dateOf(Number(date))}_incremental.csv`, content, iso(Number(date)));
    await send(world, Number(date));
  }
  expect((await subjects(world)).slice(-3)).toEqual([
    'Alert: APL closed at 318.00, above 310.00 · close of 9 Jan 2020',
    'APL +0.3 % · close of 10 Jan 2020',
    'APL +0.3 % · close of 13 Jan 2020',
  ]);
});

test('a renamed ticker keeps its alerts', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await dropAndIngest(
    world,
    'declared/2020-01-09_incremental.csv',
    'action,ticker,date,value\nR,APL,2020-01-09,AAPL\n',
    iso(9, 12),
  );
  await dropAndIngest(world, '2020-01-09_incremental.csv', 'ticker,close,date,action\nAPL,318,2020-01-09,I\n', iso(9));
  await send(world, 9);
  expect(await subjects(world)).toEqual(['Alert: APL closed at 318.00, above 310.00 · close of 9 Jan 2020']);
});

test('one broken alert does not cost the others', async () => {
  const { subscriber: schema } = await import('../../lambdas/contracts/subscriber.ts');
  const stored = {
    ...alerted(anAlert(above('310'))),
    alerts: { bad: { ticker: 'AAPL', condition: 7 }, one: anAlert(above('310')) },
  };
  expect(Object.keys(schema.parse(stored).alerts ?? {})).toEqual(['one']);
});
