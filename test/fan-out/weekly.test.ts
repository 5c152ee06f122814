import { simpleParser } from 'mailparser';
import { fanOutMessage } from '../../lambdas/contracts/weekly.ts';
import { above, anAlert } from '../support/alerts.ts';
import { dropAndIngest } from '../support/drops.ts';
import { sendAll } from '../support/fan-outs.ts';
import { crashingAt } from '../support/faulty-ports.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { aSubscriber } from '../support/subscribers.ts';

const SATURDAY = '2020-01-11T13:00:00Z';
const WEEKLY = { preferences: { theme: 'light' as const, mails: 'weekly' as const } };

const file = (...rows: string[]) => `ticker,close,date,action\n${rows.join('\n')}\n`;
const day = (world: MemoryWorld, date: string, ...rows: string[]) =>
  dropAndIngest(world, `${date}_incremental.csv`, file(...rows));

/** A week with a correction in it, for a reader of weekly digests and one of daily ones. */
async function aWeek(...more: Parameters<typeof aSubscriber>[0][]): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  world.subscribers.push(
    aSubscriber({ address: 'wes@example.com', tickers: { AAPL: { window: 90 }, KO: { window: 30 } }, ...WEEKLY }),
    aSubscriber({ address: 'ada@example.com' }),
    ...more.map((one) => aSubscriber(one)),
  );
  await day(world, '2020-01-03', 'AAPL,100,2020-01-03,I', 'KO,50,2020-01-03,I');
  await day(world, '2020-01-08', 'AAPL,1040,2020-01-08,I', 'KO,51,2020-01-08,I');
  await day(world, '2020-01-09', 'AAPL,104,2020-01-08,U', 'AAPL,105,2020-01-09,I');
  await day(world, '2020-01-10', 'AAPL,106,2020-01-10,I', 'KO,49,2020-01-10,I');
  await sendAll(world);
  return world;
}

/** What the schedule sends. */
const ring = async (world: MemoryWorld, time = SATURDAY, ports = world.ports()) => {
  world.messages.push({ message: fanOutMessage.parse({ weekly: time }), delaySeconds: 0 });
  await sendAll(world, ports, { now: Date.parse(time), deadline: Date.parse(time) + 300_000 });
};
const mailsTo = async (world: MemoryWorld, name: string) =>
  Promise.all(
    world.mails
      .filter(({ to }) => to === `${name}@example.com`)
      .map(async ({ raw }) => {
        const { subject = '', text = '', attachments } = await simpleParser(raw);
        return { subject, text, pictures: attachments.length };
      }),
  );

test('one mail on Saturday has the moves of the week, and the corrections inside it', async () => {
  const world = await aWeek();
  expect(await mailsTo(world, 'wes')).toEqual([]);
  await ring(world);
  const [mail, ...more] = await mailsTo(world, 'wes');
  expect(more).toEqual([]);
  expect(mail?.subject).toBe('AAPL +6.0 %, KO −2.0 % · week of 6 to 10 Jan 2020');
  expect(mail?.text).toContain('AAPL, 8 Jan 2020: 1,040.00 → 104.00');
  expect(mail?.text).toContain('1 up, 1 down');
  expect(mail?.pictures).toBe(2);
  expect((await mailsTo(world, 'ada')).every(({ subject }) => !subject.includes('week of'))).toBe(true);
});

test('the schedule may ring twice, and late: nobody is mailed twice', async () => {
  const world = await aWeek();
  for (const time of [SATURDAY, SATURDAY, '2020-01-12T20:00:00Z']) await ring(world, time);
  expect(await mailsTo(world, 'wes')).toHaveLength(1);
});

test('a weekly mail that SES refused by mistake is sent once when an operator asks for it', async () => {
  const world = await aWeek();
  world.answers.set('wes@example.com', { status: 'refused', reason: 'a mistake' });
  await ring(world);
  world.answers.clear();
  await ring(world);
  expect(await mailsTo(world, 'wes')).toHaveLength(0);
  for (let times = 0; times < 2; times++) {
    world.messages.push({ message: fanOutMessage.parse({ weekly: SATURDAY, resendRefused: true }), delaySeconds: 0 });
    await sendAll(world, world.ports(), { now: Date.parse(SATURDAY), deadline: Date.parse(SATURDAY) + 300_000 });
  }
  expect(await mailsTo(world, 'wes')).toHaveLength(1);
});

test('the next one corrects what this one displayed', async () => {
  const world = await aWeek();
  await ring(world);
  await day(world, '2020-01-15', 'AAPL,107,2020-01-10,U', 'AAPL,110,2020-01-15,I');
  await sendAll(world);
  await ring(world, '2020-01-18T13:00:00Z');
  const mails = await mailsTo(world, 'wes');
  expect(mails).toHaveLength(2);
  expect(mails[1]?.text).toContain('AAPL, 10 Jan 2020: 106.00 → 107.00');
});

test('a history that the vendor rescaled inside the week is one line', async () => {
  const world = new MemoryWorld();
  world.subscribers.push(aSubscriber({ address: 'wes@example.com', ...WEEKLY }));
  const days = ['2020-01-06', '2020-01-07', '2020-01-08', '2020-01-09', '2020-01-10'];
  for (const [i, date] of days.entries()) await day(world, date, `AAPL,${400 + 4 * i},${date},I`);
  const rescaled = days.map((date, i) => `AAPL,${100 + i},${date},U`);
  await day(world, '2020-01-11', ...rescaled);
  await ring(world);
  const text = (await mailsTo(world, 'wes'))[0]?.text ?? '';
  expect(text).toContain('AAPL: all closes up to 10 Jan 2020 divided by 4');
  expect(text).not.toContain('→');
});

test('a week without a close of a followed ticker has no mail', async () => {
  const world = await aWeek();
  await ring(world, '2020-01-25T13:00:00Z');
  expect(await mailsTo(world, 'wes')).toEqual([]);
});

test('a message that is handled in the next week tells of its own week only', async () => {
  const world = await aWeek();
  await day(world, '2020-01-13', 'AAPL,116.6,2020-01-13,I');
  await ring(world);
  await ring(world, '2020-01-18T13:00:00Z');
  const mails = await mailsTo(world, 'wes');
  expect(mails.map(({ subject }) => subject)).toEqual([
    'AAPL +6.0 %, KO −2.0 % · week of 6 to 10 Jan 2020',
    'AAPL +10.0 % · week of 13 to 17 Jan 2020',
  ]);
  expect(mails[0]?.text).not.toContain('116.60');
});

test('the move is that since the last close before the week, also if the week ends early', async () => {
  const world = new MemoryWorld();
  world.subscribers.push(aSubscriber({ address: 'wes@example.com', ...WEEKLY }));
  await day(world, '2020-01-03', 'AAPL,100,2020-01-02,I', 'AAPL,110,2020-01-03,I');
  await day(world, '2020-01-09', 'AAPL,121,2020-01-09,I');
  await ring(world);
  expect((await mailsTo(world, 'wes')).map(({ subject }) => subject)).toEqual([
    'AAPL +10.0 % · week of 6 to 10 Jan 2020',
  ]);
});

test('a week in which a close was only withdrawn has a mail that corrects', async () => {
  const world = await aWeek();
  await ring(world);
  await day(world, '2020-01-15', 'AAPL,106,2020-01-10,D');
  await ring(world, '2020-01-18T13:00:00Z');
  const mails = await mailsTo(world, 'wes');
  expect(mails[1]?.subject).toMatch(/^Correction: AAPL.* · week of 13 to 17 Jan 2020$/);
  expect(mails[1]?.text).toContain('AAPL, 10 Jan 2020: 106.00 → withdrawn');
  await ring(world, '2020-01-25T13:00:00Z');
  expect(await mailsTo(world, 'wes')).toHaveLength(2);
});

test.each(['every', 'weekly'] as const)(
  'who changes from %s to the other kind is sent the corrections',
  async (first) => {
    const world = await aWeek();
    const [wes] = world.subscribers;
    if (!wes) throw new Error('Expected a subscriber.');
    const change = (mails: 'every' | 'weekly') => Object.assign(wes, { preferences: { ...wes.preferences, mails } });
    change(first);
    await day(world, '2020-01-11', 'AAPL,107,2020-01-11,I');
    await sendAll(world);
    await ring(world);
    change(first === 'every' ? 'weekly' : 'every');
    await day(world, '2020-01-15', 'AAPL,117,2020-01-11,U', 'AAPL,110,2020-01-15,I');
    await sendAll(world);
    await ring(world, '2020-01-18T13:00:00Z');
    const mails = await mailsTo(world, 'wes');
    expect(mails).toHaveLength(2);
    expect(mails[1]?.text).toContain('AAPL, 11 Jan 2020: 107.00 → 117.00');
  },
);

test('who unfollows a ticker while the mail is composed is not sent its chart', async () => {
  const world = await aWeek();
  const ports = world.ports();
  const claim = ports.ledger.claim.bind(ports.ledger);
  const unfollowing = async (...args: Parameters<typeof claim>) => {
    for (const one of world.subscribers) if (one.address === 'wes@example.com') one.tickers = { KO: { window: 30 } };
    return claim(...args);
  };
  await ring(world, SATURDAY, { ...ports, ledger: { ...ports.ledger, claim: unfollowing } });
  expect((await mailsTo(world, 'wes')).map(({ subject }) => subject)).toEqual(['KO −2.0 % · week of 6 to 10 Jan 2020']);
});

test('alerts still come at once', async () => {
  const alerts = { one: anAlert(above('105.5'), { start: { date: '2020-01-03', closes: [] } }) };
  const world = await aWeek({ address: 'ivy@example.com', alerts, ...WEEKLY });
  expect((await mailsTo(world, 'ivy')).map(({ subject }) => subject)).toEqual([
    'Alert: AAPL closed at 106.00, above 105.50 · close of 10 Jan 2020',
  ]);
  await ring(world);
  expect((await mailsTo(world, 'ivy')).at(-1)?.subject).toMatch(/week of 6 to 10 Jan 2020$/);
});

test.each([
  ['paused', { state: 'paused' as const }],
  ['on holiday', { pausedUntil: '2020-01-31' }],
  ['undeliverable', { undeliverable: { why: 'bounced' as const, at: '2020-01-02T00:00:00Z' } }],
])('a subscriber who is %s gets none', async (_what, overrides) => {
  const world = await aWeek({ address: 'pat@example.com', ...WEEKLY, ...overrides });
  await ring(world);
  expect(await mailsTo(world, 'pat')).toEqual([]);
  expect(await mailsTo(world, 'wes')).toHaveLength(1);
});

test.each(['ledger.claim', 'ledger.read', 'prices.segmentsOf', 'subscribers.scanPage', 'tickers.renames'])(
  'a crash after %s costs nobody a mail, and sends none twice',
  async (at) => {
    const world = await aWeek();
    await ring(world, SATURDAY, crashingAt(world.ports(), at)).catch(() => undefined);
    world.messages.length = 0;
    // A claim without a confirmed outcome is retried after an hour.
    await ring(world, '2020-01-11T15:00:00Z');
    expect(await mailsTo(world, 'wes')).toHaveLength(1);
  },
);
