import { simpleParser } from 'mailparser';
import type { Declarations } from '../../lambdas/contracts/api/declarations.ts';
import type { Prices, TickersPage } from '../../lambdas/contracts/api/tickers.ts';
import { declarationsKey } from '../../lambdas/contracts/delivery-id.ts';
import { ADA, follow } from '../support/api-examples.ts';
import { ApiWorld } from '../support/api-world.ts';
import { command, dropAndIngest, ingest } from '../support/drops.ts';
import { sendAll } from '../support/fan-outs.ts';
import { closesOf } from '../support/outcomes.ts';

const NIGHT = 'night@example.com';
const HEADER = 'ticker,close,date,action\n';

/** FB with a jump from 400 to 100; META, its new name, has one close. */
async function aWorld(): Promise<ApiWorld> {
  const world = new ApiWorld();
  world.now = Date.parse('2022-06-10T14:00:00Z');
  await dropAndIngest(world, '2022-06-08_incremental.csv', `${HEADER}FB,400,2022-06-07,I\nFB,100,2022-06-08,I\n`);
  await dropAndIngest(world, '2022-06-09_incremental.csv', `${HEADER}META,101,2022-06-09,I\nKO,60,2022-06-09,I\n`);
  world.messages.length = 0;
  return world;
}

const ask = async (world: ApiWorld, method: string, path: string, body?: object) => {
  const response = await world.ask(`/tickers/${path}`, { method, as: NIGHT, ...(body && { body }) });
  return {
    status: response.status,
    ...((await response.json()) as { delivery?: string; changed?: boolean; detail?: string }),
  };
};
/** Ingest handles the files of declarations that were written. */
const settle = async (world: ApiWorld) => {
  for (const upload of world.uploads.splice(0))
    expect(await ingest(world, upload)).toMatchObject({ status: 'applied', report: { problems: [] } });
};
const fileIn = (world: ApiWorld, date = '2022-06-10') => String(world.objects.get(declarationsKey(date))?.content);
const declarationsOf = async (world: ApiWorld, ticker: string): Promise<Declarations> =>
  (await world.ask(`/tickers/${ticker}/declarations`)).json();

const PROBABLE = { date: '2022-06-08', ratio: '4', kind: 'probable', closes: 'raw' };
const SPLIT = { date: '2022-06-08', ratio: '4:1' };
const RENAME = { to: 'META', date: '2022-06-09' };

describe('a split that an operator declares', () => {
  test('becomes a row of the file of the day, and rescales the closes', async () => {
    const world = await aWorld();
    expect((await declarationsOf(world, 'FB')).splits).toEqual([PROBABLE]);
    expect(await ask(world, 'POST', 'fb/splits', SPLIT)).toEqual({
      status: 202,
      delivery: 'declared/2022-06-10.incremental',
      changed: true,
    });
    expect(fileIn(world)).toBe('action,ticker,date,value\nS,FB,2022-06-08,4\n');
    await settle(world);
    const { observations }: Prices = await (await world.ask('/tickers/FB/prices?adjusted=true')).json();
    expect(observations).toMatchObject([{ close: '100' }, { close: '100', split: '4' }]);
    expect((await declarationsOf(world, 'FB')).splits).toEqual([
      { date: '2022-06-08', ratio: '4', kind: 'declared', closes: 'raw', delivery: 'declared/2022-06-10.incremental' },
    ]);
    // The same once more changes nothing; a different one is a question.
    expect(await ask(world, 'POST', 'FB/splits', { ...SPLIT, ratio: '4' })).toMatchObject({
      status: 202,
      changed: false,
    });
    expect(await ask(world, 'POST', 'FB/splits', { ...SPLIT, ratio: '2' })).toMatchObject({ status: 409 });
    expect(world.uploads).toEqual([]);
  });

  test('can be taken back, and the rest of the file stays', async () => {
    const world = await aWorld();
    await ask(world, 'POST', 'FB/splits', SPLIT);
    await settle(world);
    await ask(world, 'POST', 'KO/splits', { date: '2022-09-01', ratio: '0.1' });
    await settle(world);
    expect((await declarationsOf(world, 'KO')).splits).toMatchObject([{ closes: 'none yet' }]);
    expect(await ask(world, 'DELETE', 'FB/splits/2022-06-08')).toMatchObject({ status: 202, changed: true });
    await settle(world);
    expect(fileIn(world)).toBe('action,ticker,date,value\nS,KO,2022-09-01,0.1\n');
    expect((await declarationsOf(world, 'FB')).splits).toEqual([PROBABLE]);
    expect(await ask(world, 'DELETE', 'FB/splits/2022-06-08')).toMatchObject({ status: 404 });
    // The last one leaves a file without rows.
    await ask(world, 'DELETE', 'KO/splits/2022-09-01');
    await settle(world);
    expect((await declarationsOf(world, 'KO')).splits).toEqual([]);
  });

  test('does not come back after its delivery was revoked', async () => {
    const world = await aWorld();
    await ask(world, 'POST', 'FB/splits', SPLIT);
    await settle(world);
    await ingest(world, command(world, 'declared/2022-06-10.incremental', 'revoke', '2022-06-10T15:00:00.000Z'));
    expect((await declarationsOf(world, 'FB')).splits).toEqual([PROBABLE]);
    world.now += 3 * 3_600_000;
    await ask(world, 'POST', 'KO/splits', { date: '2022-06-09', ratio: '2' });
    await settle(world);
    expect((await declarationsOf(world, 'FB')).splits).toEqual([PROBABLE]);
    expect((await declarationsOf(world, 'KO')).splits).toMatchObject([{ ratio: '2' }]);
  });

  test('after a revoke is not lost if another one follows before ingest read it', async () => {
    const world = await aWorld();
    await ask(world, 'POST', 'FB/splits', SPLIT);
    await settle(world);
    await ingest(world, command(world, 'declared/2022-06-10.incremental', 'revoke', '2022-06-10T15:00:00.000Z'));
    world.now += 3 * 3_600_000;
    await ask(world, 'POST', 'KO/splits', { date: '2022-06-09', ratio: '2' });
    await ask(world, 'POST', 'META/splits', { date: '2022-06-09', ratio: '3' });
    expect(fileIn(world)).toBe('action,ticker,date,value\nS,KO,2022-06-09,2\nS,META,2022-06-09,3\n');
  });

  test('is asked about again on another day: the same one changes nothing, another one is refused', async () => {
    const world = await aWorld();
    await ask(world, 'POST', 'FB/splits', SPLIT);
    await settle(world);
    world.now += 24 * 3_600_000;
    const first = 'declared/2022-06-10.incremental';
    expect(await ask(world, 'POST', 'FB/splits', SPLIT)).toEqual({ status: 202, delivery: first, changed: false });
    expect(await ask(world, 'POST', 'FB/splits', { ...SPLIT, ratio: '3' })).toMatchObject({ status: 409 });
  });

  test('of another ticker stays, also if a rename connected the two for a while', async () => {
    const world = await aWorld();
    for (const [method, path, body] of [
      ['POST', 'KO/rename', { to: 'METV', date: '2022-06-09' }],
      ['DELETE', 'KO/rename', undefined],
      ['POST', 'METV/splits', { date: '2022-06-09', ratio: '3' }],
      ['POST', 'KO/splits', { date: '2022-06-09', ratio: '2' }],
      ['DELETE', 'KO/splits/2022-06-09', undefined],
    ] as const) {
      expect(await ask(world, method, path, body)).toMatchObject({ status: 202 });
      await settle(world);
    }
    expect(fileIn(world)).toBe('action,ticker,date,value\nS,METV,2022-06-09,3\n');
    expect(await ask(world, 'DELETE', 'KO/splits/2022-06-09')).toMatchObject({ status: 404 });
  });

  test.each([
    [{ date: '2022-06-08', ratio: '1' }, 400, /new shares per old/],
    [{ date: '2022-06-08', ratio: '0' }, 400, /new shares per old/],
    [{ date: '2022-06-08', ratio: 'four' }, 400, /new shares per old/],
    [{ date: '2022-06-08', ratio: '99999:1' }, 400, /new shares per old/],
    [{ date: '2022-02-30', ratio: '4' }, 400, /date/],
    [{ date: '2032-06-08', ratio: '4' }, 400, /at most 2023-06-11/],
    [{ date: '2022-06-08', ratio: '4', note: 'x' }, 400, /note/],
  ])('is refused if it cannot be one: %j', async (body, status, detail) => {
    const world = await aWorld();
    expect(await ask(world, 'POST', 'FB/splits', body)).toMatchObject({
      status,
      detail: expect.stringMatching(detail),
    });
    expect(world.uploads).toEqual([]);
  });

  test('of two operators at the same moment is not lost', async () => {
    const world = await aWorld();
    await Promise.all([
      ask(world, 'POST', 'FB/splits', SPLIT),
      ask(world, 'POST', 'KO/splits', { date: '2022-06-09', ratio: '2' }),
      ask(world, 'POST', 'META/splits', { date: '2022-06-09', ratio: '3' }),
    ]);
    expect(fileIn(world).split('\n')).toHaveLength(5);
  });
});

describe('a rename that an operator declares', () => {
  test('shows one ticker to all: search, prices, charts, and whoever follows the old name', async () => {
    const world = await aWorld();
    await follow(world, 'FB');
    expect(await ask(world, 'POST', 'FB/rename', RENAME)).toMatchObject({ status: 202, changed: true });
    expect(fileIn(world)).toBe('action,ticker,date,value\nR,META,2022-06-09,FB\n');
    await settle(world);
    for (const name of ['FB', 'META']) {
      const prices: Prices = await (await world.ask(`/tickers/${name}/prices`)).json();
      expect(prices).toMatchObject({ ticker: 'META', formerly: ['FB'], observations: { length: 3 } });
    }
    const { tickers }: TickersPage = await (await world.ask('/tickers?search=')).json();
    expect(tickers).toEqual([
      { ticker: 'FB', renamedTo: 'META', date: '2022-06-09', close: '101', dayChange: expect.closeTo(0.01) },
      { ticker: 'KO', date: '2022-06-09', close: '60' },
      { ticker: 'META', date: '2022-06-09', close: '101', dayChange: expect.closeTo(0.01) },
    ]);
    // A follower of the old name learns the later close; then gets the mails of the new name.
    await sendAll(world);
    await dropAndIngest(world, '2022-06-13_incremental.csv', `${HEADER}META,103.02,2022-06-13,I\n`);
    await sendAll(world);
    const mails = await Promise.all(world.mails.map(({ raw }) => simpleParser(raw)));
    expect(mails.map(({ subject }) => subject)).toEqual([
      'META +1.0 % · close of 9 Jun 2022',
      'META +2.0 % · close of 13 Jun 2022',
    ]);
    expect(mails[1]?.text).toContain('formerly FB');
    expect(mails[1]?.text).not.toMatch(/correct/i);
  });

  test('mails nobody who follows the new name, and shows a ticker followed twice once', async () => {
    const world = await aWorld();
    await follow(world, 'META');
    await ask(world, 'POST', 'FB/rename', RENAME);
    await settle(world);
    await sendAll(world);
    expect(world.mails).toEqual([]);
    await follow(world, 'FB');
    await dropAndIngest(world, '2022-06-13_incremental.csv', `${HEADER}META,102,2022-06-13,I\n`);
    await sendAll(world);
    const text = (await simpleParser(world.mails[0]?.raw ?? '')).text ?? '';
    expect(text.match(/^META .*102\.00/gm)).toHaveLength(1);
    expect(text).not.toContain('formerly');
  });

  test('corrects what a mail showed, also if the name under which it was shown is no longer followed', async () => {
    const world = await aWorld();
    await ask(world, 'POST', 'FB/rename', RENAME);
    await settle(world);
    await follow(world, 'META');
    await follow(world, 'FB');
    await dropAndIngest(world, '2022-06-13_incremental.csv', `${HEADER}META,102,2022-06-13,I\n`);
    await sendAll(world);
    await world.ask('/subscriptions/META', { method: 'DELETE' });
    const corrected = `${HEADER}META,104,2022-06-13,I\n`;
    await dropAndIngest(world, '2022-06-13_incremental.csv', corrected, '2022-06-13T22:00:00Z');
    await sendAll(world);
    expect((await simpleParser(world.mails[1]?.raw ?? '')).text).toContain('META, 13 Jun 2022: 102.00 → 104.00');
  });

  test('can be taken back: the names are two tickers again, and followers are corrected', async () => {
    const world = await aWorld();
    await follow(world, 'FB');
    await ask(world, 'POST', 'FB/rename', RENAME);
    await settle(world);
    await sendAll(world);
    expect(await ask(world, 'DELETE', 'FB/rename')).toMatchObject({ status: 202, changed: true });
    await settle(world);
    await sendAll(world);
    expect(closesOf(world, 'FB')).toEqual(['2022-06-07 400', '2022-06-08 100']);
    expect(closesOf(world, 'META')).toEqual(['2022-06-09 101']);
    await dropAndIngest(world, '2022-06-13_incremental.csv', `${HEADER}FB,104,2022-06-13,I\n`);
    await sendAll(world);
    const texts = await Promise.all(world.mails.map(async ({ raw }) => (await simpleParser(raw)).text ?? ''));
    expect(texts.at(-1)).toMatch(/FB, 9 Jun 2022: 101.00 → withdrawn/);
  });

  test('to a name that has closes is a question', async () => {
    const world = await aWorld();
    await dropAndIngest(world, '2022-06-07_incremental.csv', `${HEADER}META,9.1,2022-06-07,I\n`);
    const asked = await ask(world, 'POST', 'FB/rename', RENAME);
    expect(asked).toMatchObject({ status: 409, detail: expect.stringContaining('META has closes from 7 Jun 2022 on') });
    expect(await ask(world, 'POST', 'FB/rename', { ...RENAME, reusesName: true })).toMatchObject({ status: 202 });
    await settle(world);
    expect(closesOf(world, 'FB')).toEqual(['2022-06-07 400', '2022-06-08 100', '2022-06-09 101']);
  });

  test('finds the new name as deliveries spell it', async () => {
    const world = await aWorld();
    expect(await ask(world, 'POST', 'fb/rename', { ...RENAME, to: ' meta ' })).toMatchObject({ status: 202 });
    expect(fileIn(world)).toBe('action,ticker,date,value\nR,META,2022-06-09,FB\n');
  });

  test('that is declared again mails nobody who saw it', async () => {
    const world = await aWorld();
    await follow(world, 'FB');
    for (const [method, body] of [
      ['POST', RENAME],
      ['DELETE', undefined],
      ['POST', RENAME],
    ] as const) {
      expect(await ask(world, method, 'FB/rename', body)).toMatchObject({ status: 202 });
      await settle(world);
      await sendAll(world);
    }
    expect(world.mails).toHaveLength(1);
  });

  test('that was a mistake leaves a name without prices', async () => {
    const world = await aWorld();
    await ask(world, 'POST', 'KO/rename', { to: 'TYPO', date: '2022-06-09' });
    await settle(world);
    await ask(world, 'DELETE', 'KO/rename');
    await settle(world);
    await follow(world, 'TYPO');
    await follow(world, 'KO');
    await dropAndIngest(world, '2022-06-13_incremental.csv', `${HEADER}KO,61,2022-06-13,I\n`);
    await sendAll(world);
    expect((await simpleParser(world.mails[0]?.raw ?? '')).text).toMatch(/TYPO .*no prices yet/);
  });

  test('charts of both names are the same picture', async () => {
    const world = await aWorld();
    await ask(world, 'POST', 'FB/rename', RENAME);
    await settle(world);
    const tags = await Promise.all(
      ['FB', 'META'].map(async (name) => (await world.ask(`/tickers/${name}/chart.png`)).headers.get('etag')),
    );
    expect(tags[0]).toBeTruthy();
    expect(tags[0]).toBe(tags[1]);
  });

  test.each([
    ['FB', { to: 'FB', date: '2022-06-09' }, 409, /same as the old one/],
    ['META', { to: 'FB', date: '2022-06-09' }, 409, /close a circle/],
    ['FB', { to: 'METV', date: '2022-06-09' }, 409, /FB is named META from 9 Jun 2022 on/],
    ['KO', { to: 'META', date: '2022-06-09' }, 409, /META is the name of FB/],
    ['FB', { to: 'META', date: '2022-06-10' }, 409, /FB is named META from 9 Jun 2022 on/],
    ['KO', { to: '=1+1', date: '2022-06-09' }, 400, /formula/],
    ['KO', { to: 'SMOKE TEST', date: '2022-06-09' }, 400, /this one is for smoke tests/],
    ['NONE', { to: 'META', date: '2022-06-09' }, 404, /NONE/],
  ])('%s to %j is refused after FB was renamed to META', async (from, body, status, detail) => {
    const world = await aWorld();
    await ask(world, 'POST', 'FB/rename', RENAME);
    await settle(world);
    expect(await ask(world, 'POST', `${from}/rename`, body)).toMatchObject({
      status,
      detail: expect.stringMatching(detail),
    });
    expect(await ask(world, 'POST', 'FB/rename', RENAME)).toMatchObject({ status: 202, changed: false });
    expect(world.uploads).toEqual([]);
  });
});

describe('a file of declarations that is uploaded by hand', () => {
  const drop = (content: string, key = 'declared/2022-06-10_incremental.csv') =>
    aWorld().then((world) => dropAndIngest(world, key, content, '2022-06-10T14:00:00Z'));

  test('is read like any other; bad rows are quarantined', async () => {
    const rows = [
      'S,FB,2022-06-08,4',
      'R,META,2022-06-09,FB',
      'R,FB,2022-06-10,META',
      'S,KO,2022-06-08,2',
      'S,GE,2022-06-08,8',
    ];
    expect(await drop(`action,ticker,date,value\n${rows.join('\n')}\n`)).toMatchObject({
      status: 'applied',
      report: { rows: { read: 5, accepted: 4, quarantined: 1 }, problems: [{ line: 4, column: 'value' }] },
    });
  });

  test.each([
    ['ticker,close,date,action\nFB,1,2022-06-09,I\n', undefined],
    ['action,ticker,date,value\nI,FB,2022-06-09,1\n', undefined],
    ['action,ticker,date,value\nS,FB,2022-06-09,4\n', 'declared/2022-06-10_history.csv'],
  ])('is rejected if it holds anything else: %j', async (content, key) => {
    expect(await drop(content, key)).toMatchObject({ status: 'rejected' });
  });

  test.each(['declared/2022-06-10_incremental.csv.gz', 'declared/2022-06-10_incremental.tsv'])(
    'is rejected as %s: the API would not find it',
    async (key) => {
      expect(await drop('action,ticker,date,value\nS,FB,2022-06-08,4\n', key)).toMatchObject({
        status: 'rejected',
        report: { rejection: { expected: expect.stringContaining('declared/2022-06-10_incremental.csv') } },
      });
    },
  );

  test('does not keep operators from declaring because of a bad row', async () => {
    const world = await aWorld();
    const content = 'action,ticker,date,value\nS,FB,2022-06-08,4\nS,KO,2022-06-08,2x\n';
    await dropAndIngest(world, declarationsKey('2022-06-10'), content, '2022-06-10T14:00:00Z');
    expect(await ask(world, 'POST', 'META/splits', { date: '2022-06-09', ratio: '2' })).toMatchObject({ status: 202 });
    expect(fileIn(world)).toBe('action,ticker,date,value\nS,FB,2022-06-08,4\nS,META,2022-06-09,2\n');
  });

  test('keeps operators from declaring until it is fixed', async () => {
    const world = await aWorld();
    await dropAndIngest(world, declarationsKey('2022-06-10'), 'hello\n', '2022-06-10T14:00:00Z');
    expect(await ask(world, 'POST', 'FB/splits', SPLIT)).toMatchObject({
      status: 409,
      detail: expect.stringContaining('the header action,ticker,date,value'),
    });
  });
});

test('S and R rows of a vendor are quarantined: only operators declare', async () => {
  const world = new ApiWorld();
  const content = `${HEADER}A,4,2020-01-10,S\nA,4,2020-01-10,I\nB,5,2020-01-10,I\nC,5,2020-01-10,I\n`;
  expect(await dropAndIngest(world, '2020-01-10_incremental.csv', content)).toMatchObject({
    status: 'applied',
    report: { rows: { quarantined: 1 }, problems: [{ expected: expect.stringContaining('operators declare') }] },
  });
});

test('only operators declare', async () => {
  const world = await aWorld();
  const claims = { sub: 'a', email: ADA, email_verified: 'true', scope: 'closing-bell/subscriptions' };
  const answer = await world.ask('/tickers/FB/splits', { method: 'POST', body: SPLIT, claims });
  expect([403, 401]).toContain(answer.status);
});
