import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { apiApp } from '../../lambdas/api/app.ts';
import { openApi } from '../../lambdas/api/openapi.ts';
import { chartsApp } from '../../lambdas/charts/app.ts';
import { ROUTES, routeKey } from '../../lambdas/contracts/routes.ts';
import { signLink } from '../../lambdas/domain/links/link-token.ts';
import { API_NOW, API_SETTINGS, ApiWorld, inPath } from '../support/api-world.ts';
import { EXAMPLE_HISTORY, EXAMPLE_INCREMENTAL } from '../support/deliveries.ts';
import { drop, dropAndIngest, ingest } from '../support/drops.ts';

const ADA = 'ada@example.com';

async function aWorld(): Promise<ApiWorld> {
  const world = new ApiWorld();
  await dropAndIngest(world, '2023-04-01_history.csv', EXAMPLE_HISTORY);
  await dropAndIngest(world, '2023-04-02_incremental.csv', EXAMPLE_INCREMENTAL);
  return world;
}
const follow = (world: ApiWorld, ticker: string, as = ADA) =>
  world.ask(`/subscriptions/${ticker}`, { method: 'PUT', as, body: {} });
const preferences = (overrides: object = {}) => ({ theme: 'dark', window: 30, pausedUntil: null, ...overrides });

test('every route of the contract is answered, and no other', () => {
  const world = new ApiWorld();
  const answered = [apiApp(world.apiPorts(), API_SETTINGS), chartsApp(world.apiPorts(), API_SETTINGS)]
    .flatMap(({ routes }) => routes)
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  expect([...new Set(answered)].sort()).toEqual(ROUTES.map(routeKey).sort());
});

test('openapi.json is up to date (npm run openapi)', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../..', file), 'utf8'));
  expect(JSON.parse(JSON.stringify(openApi(read('package.json').version)))).toEqual(read('lambdas/api/openapi.json'));
});

describe('me', () => {
  test('is new before the first change, which makes the record of a confirmed mailbox', async () => {
    const world = await aWorld();
    expect(await (await world.ask('/me')).json()).toMatchObject({ address: ADA, state: 'new', tickers: 0 });
    expect(world.subscribers).toEqual([]);
    const put = await world.ask('/me', { method: 'PUT', body: preferences({ pausedUntil: '2020-02-01' }) });
    expect(await put.json()).toEqual({
      address: ADA,
      state: 'active',
      tickers: 0,
      undeliverable: null,
      ...preferences({ pausedUntil: '2020-02-01' }),
    });
    const resumed = await world.ask('/me', { method: 'PUT', body: preferences() });
    expect(await resumed.json()).toMatchObject({ pausedUntil: null });
  });

  test.each([
    ['no JSON', '{'],
    ['an unknown theme', preferences({ theme: 'sepia' })],
    ['a window nobody draws', preferences({ window: 31 })],
    ['no date', preferences({ pausedUntil: '2020-02-30' })],
    ['more than is known', preferences({ state: 'active' })],
  ])('refuses %s, and says what was expected', async (_what, body) => {
    const response = await (await aWorld()).ask('/me', { method: 'PUT', body });
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(await response.json()).toMatchObject({ status: 400, detail: expect.stringMatching(/xpected/) });
  });

  test('keeps what is not spoken of: two pages do not undo each other', async () => {
    const world = await aWorld();
    await world.ask('/me', { method: 'PUT', body: { pausedUntil: '2099-01-01' } });
    await world.ask('/me', { method: 'PUT', body: { theme: 'dark' } });
    const kept = await world.ask('/me', { method: 'PUT', body: {} });
    expect(await kept.json()).toMatchObject({ pausedUntil: '2099-01-01', theme: 'dark', window: 90 });
  });

  test('stays erased for a page that is still open, and starts anew after another sign-in', async () => {
    const world = await aWorld();
    await follow(world, 'Ticker-1');
    await world.ask('/me', { method: 'DELETE' });
    expect((await world.ask('/me', { method: 'PUT', body: { theme: 'dark' } })).status).toBe(403);
    expect((await follow(world, 'Ticker-1')).status).toBe(403);
    expect(world.subscribers).toEqual([]);
    const claims = { sub: 'account-2', email: ADA, email_verified: true, iat: API_NOW / 1000 + 1 };
    expect((await world.ask('/me', { method: 'PUT', body: { theme: 'dark' }, claims })).status).toBe(200);
  });

  test('invited again after being erased is confirmed by no token from before', async () => {
    const world = await aWorld();
    await follow(world, 'Ticker-1');
    await world.ask('/me', { method: 'DELETE' });
    await world.ask('/subscribers', { method: 'POST', body: { address: ADA, tickers: [] }, as: 'night@example.com' });
    expect(await (await world.ask('/me')).json()).toMatchObject({ state: 'pending' });
    const claims = { sub: 'account-2', email: ADA, email_verified: true, iat: API_NOW / 1000 + 1 };
    expect(await (await world.ask('/me', { claims })).json()).toMatchObject({ state: 'active' });
  });

  test('is erased with everything about me, and with nothing of anybody else', async () => {
    const world = await aWorld();
    await follow(world, 'Ticker-1');
    await follow(world, 'Ticker-1', 'b@example.com');
    for (const subscriber of [world.subscriberOf(ADA), world.subscriberOf('b@example.com')]) {
      const record = { subscriber: subscriber?.subscriber ?? '', digest: 'd', state: 'sent' as const };
      world.digests.set(record.subscriber, {
        ...record,
        shown: { segments: [], tickers: {} },
        claimedBy: 'i',
        claimedAt: 'then',
        attempts: 1,
        expiresAt: 1,
      });
    }
    expect((await world.ask('/me', { method: 'DELETE' })).status).toBe(204);
    expect(world.subscribers.map(({ address }) => address)).toEqual(['b@example.com']);
    expect(world.digests.size).toBe(1);
    expect(world.erasedAccounts).toEqual(['account-1']);
  });

  test.each([
    ['no mailbox', { sub: 'x' }],
    ['a mailbox that nobody has confirmed', { sub: 'x', email: ADA, email_verified: 'false' }],
  ])('is forbidden to a token with %s', async (_what, claims) => {
    const response = await (await aWorld()).ask('/me', { claims });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('email_verified') });
  });
});

describe('subscriptions', () => {
  test('are followed, changed, listed and removed, each by its owner only', async () => {
    const world = await aWorld();
    expect(await (await follow(world, 'Ticker-1')).json()).toEqual({ ticker: 'Ticker-1', window: 90 });
    await world.ask('/me', { method: 'PUT', body: preferences({ window: 365 }) });
    await follow(world, 'ticker-2');
    await world.ask('/subscriptions/Ticker-1', { method: 'PUT', body: { window: 30 } });
    const mine = {
      subscriptions: [
        { ticker: 'Ticker-1', window: 30 },
        { ticker: 'Ticker-2', window: 365 },
      ],
    };
    expect(await (await world.ask('/subscriptions')).json()).toEqual(mine);
    expect(await (await world.ask('/subscriptions', { as: 'b@example.com' })).json()).toEqual({ subscriptions: [] });
    await world.ask('/subscriptions/Ticker-1', { method: 'DELETE', as: 'b@example.com' });
    expect(await (await world.ask('/subscriptions')).json()).toEqual(mine);
    expect((await world.ask('/subscriptions/ticker-1', { method: 'DELETE' })).status).toBe(204);
    expect(await (await world.ask('/subscriptions')).json()).toEqual({ subscriptions: mine.subscriptions.slice(1) });
  });

  test.each([
    ['Tickr-1', ['Ticker-1', 'Ticker-2', 'Ticker-3']],
    ['Tick', ['Ticker-1', 'Ticker-2', 'Ticker-3']],
    ['%3Cscript%3E', []],
  ])('of the unknown ticker %s are a 404 that suggests near names', async (name, suggestions) => {
    const response = await follow(await aWorld(), name);
    expect(response.status).toBe(404);
    expect((await response.json()).suggestions).toEqual(expect.arrayContaining(suggestions));
  });

  test('are at most 500', async () => {
    const world = await aWorld();
    await follow(world, 'Ticker-1');
    const ada = world.subscriberOf(ADA);
    if (ada) for (let i = 1; i < 500; i++) ada.tickers[`T${i}`] = { window: 90 };
    expect((await follow(world, 'Ticker-1')).status).toBe(200);
    expect((await follow(world, 'Ticker-2')).status).toBe(409);
  });

  test('of an invited mailbox confirm it, since its owner has signed in', async () => {
    const world = await aWorld();
    await world.ask('/subscribers', { method: 'POST', body: { address: 'team@example.com', tickers: [] } });
    await follow(world, 'Ticker-1', 'team@example.com');
    expect(world.subscriberOf('team@example.com')).toMatchObject({
      state: 'active',
      tickers: { 'Ticker-1': { window: 90 } },
    });
  });
});

describe('tickers', () => {
  test('are found by how they begin, page by page, with their last close', async () => {
    const world = await aWorld();
    const first = await (await world.ask('/tickers?prefix=tick&limit=2')).json();
    expect(first).toEqual({
      tickers: [
        { ticker: 'Ticker-1', date: '2023-04-02', close: '95', dayChange: expect.closeTo(-0.05) },
        { ticker: 'Ticker-2', date: '2023-04-02', close: '100', dayChange: expect.closeTo(100 / 105 - 1) },
      ],
      next: 'Ticker-2',
    });
    const second = await (await world.ask(`/tickers?prefix=tick&limit=2&after=${first.next}`)).json();
    expect(second.tickers.map(({ ticker }: { ticker: string }) => ticker)).toEqual(
      ['Ticker-3', 'Ticker-Bad1'].slice(0, second.tickers.length),
    );
    expect(second.next).toBeUndefined();
    expect(await (await world.ask('/tickers?prefix=none')).json()).toEqual({ tickers: [] });
  });

  test('that have just come in are found, though the others are kept in memory', async () => {
    const world = await aWorld();
    const app = apiApp(world.apiPorts(), API_SETTINGS);
    const search = async (prefix: string) =>
      (await (await world.ask(`/tickers?prefix=${prefix}`, { app })).json()).tickers.length;
    expect([await search('tick'), await search('new')]).toEqual([4, 0]);
    await dropAndIngest(world, '2023-04-03_incremental.csv', 'ticker,close,date,action\nNEW,1,2023-04-03,I\n');
    world.now += 2_000;
    expect(await search('new')).toBe(1);
  });

  test.each(['limit=0', 'limit=51', 'limit=x'])('refuse %s', async (query) => {
    expect((await (await aWorld()).ask(`/tickers?${query}`)).status).toBe(400);
  });
});

describe('prices', () => {
  const closes = async (world: ApiWorld, query: string) =>
    (await (await world.ask(`/tickers/Ticker-3/prices?${query}`)).json()).observations?.map(
      ({ date, close }: { date: string; close: string }) => `${date} ${close}`,
    );

  test('are exact, in a range, and as of any day', async () => {
    const world = await aWorld();
    expect(await closes(world, '')).toEqual(['2023-01-01 105', '2023-04-01 114', '2023-04-02 105']);
    expect(await closes(world, 'from=2023-04-01&to=2023-04-01')).toEqual(['2023-04-01 114']);
    expect(await closes(world, 'asOf=2023-04-01')).toEqual(['2023-01-01 105', '2023-04-01 1110']);
    expect(await closes(world, 'asOf=2023-04-02T19:59:59Z')).toEqual(['2023-01-01 105', '2023-04-01 1110']);
  });

  test('tell the versions of a date, and from when to when they stood', async () => {
    const world = await aWorld();
    const { versions } = await (
      await world.ask('/tickers/Ticker-3/prices?versions=true&from=2023-04-01&to=2023-04-01')
    ).json();
    expect(versions).toEqual([
      {
        date: '2023-04-01',
        close: '1110',
        delivery: '2023-04-01.history',
        validFrom: '2023-04-01T16:00:00-04:00',
        validTo: '2023-04-02T16:00:00-04:00',
      },
      {
        date: '2023-04-01',
        close: '114',
        delivery: '2023-04-02.incremental',
        validFrom: '2023-04-02T16:00:00-04:00',
        validTo: null,
      },
    ]);
  });

  test('come as CSV, in which no cell is a formula', async () => {
    const world = await aWorld();
    await dropAndIngest(
      world,
      '=cmd()/2023-04-03_incremental.csv',
      'ticker,close,date,action\nTicker-3,106,2023-04-03,I\n',
    );
    const response = await world.ask('/tickers/Ticker-3/prices', { headers: { accept: 'text/csv' } });
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    const lines = (await response.text()).split('\r\n');
    expect(lines[0]).toBe('date,close,delivery,suspect,corrects');
    expect(lines).toContain(`2023-04-03,106,"'=cmd()/2023-04-03.incremental",false,`);
  });

  test('that no Lambda could answer are a 413 that says how to narrow them', async () => {
    const world = await aWorld();
    const dates = Array.from({ length: 60_000 }, (_, i) =>
      new Date(Date.UTC(1850, 0, 1 + i)).toISOString().slice(0, 10),
    );
    const rows = dates.map((date, i) => `BIG,${i + 1},${date}\n`).join('');
    await dropAndIngest(world, '2023-05-01_history.csv', `ticker,close,date\n${rows}`);
    expect((await world.ask('/tickers/BIG/prices?versions=true')).status).toBe(413);
    expect((await world.ask('/tickers/BIG/prices?versions=true&from=2000-01-01')).status).toBe(200);
  });

  test('of an unknown ticker are a 404, of a retired one are none', async () => {
    const world = await aWorld();
    expect((await world.ask('/tickers/None/prices')).status).toBe(404);
    expect((await world.ask('/tickers/Ticker-3/prices?from=yesterday')).status).toBe(400);
    await dropAndIngest(world, '2023-04-04_incremental.csv', 'ticker,close,date,action\nTicker-3,,,D\n');
    expect(await closes(world, '')).toEqual([]);
  });
});

describe('the chart', () => {
  test('is the picture of the mail, and need not be fetched again while nothing changes', async () => {
    const world = await aWorld();
    world.renderChart = async ({ ticker, theme }) => Buffer.from(`${ticker} ${theme}`);
    const response = await world.ask('/tickers/Ticker-1/chart.png?window=365&theme=dark');
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(await response.text()).toBe('Ticker-1 dark');
    const etag = response.headers.get('etag') ?? '';
    const again = await world.ask('/tickers/Ticker-1/chart.png?window=365&theme=dark', {
      headers: { 'if-none-match': etag },
    });
    expect(again.status).toBe(304);
    expect(
      (await world.ask('/tickers/Ticker-1/chart.png?window=30', { headers: { 'if-none-match': etag } })).status,
    ).toBe(200);
  });

  test.each([
    ['window=31', 400],
    ['theme=sepia', 400],
  ])('refuses %s', async (query, status) => {
    expect((await (await aWorld()).ask(`/tickers/Ticker-1/chart.png?${query}`)).status).toBe(status);
  });

  test('of an unknown ticker is a 404', async () => {
    expect((await (await aWorld()).ask('/tickers/None/chart.png')).status).toBe(404);
  });
});

describe('the preview', () => {
  test('mails what the last delivery would have sent, and leaves no trace in the ledger', async () => {
    const world = await aWorld();
    await follow(world, 'Ticker-1');
    expect((await world.ask('/me/preview', { method: 'POST' })).status).toBe(204);
    const mail = await simpleParser(world.mails[0]?.raw ?? '');
    expect(mail.subject).toBe('Preview: Ticker-1 −5.0 % · close of 2 Apr 2023');
    expect(world.digests.size).toBe(0);
  });

  test('is about the last delivery that was applied, though a bad file came under its name since', async () => {
    const world = await aWorld();
    await follow(world, 'Ticker-1');
    await follow(world, 'Ticker-2');
    const ticker1 = 'ticker,close,date,action\nTicker-1,99,2023-04-03,I\n';
    await dropAndIngest(world, '2023-04-03_incremental.csv', ticker1, '2023-04-03T21:10:00Z');
    await dropAndIngest(world, '2023-04-03_incremental.csv', 'nothing', '2023-04-03T21:20:00Z');
    await world.ask('/me/preview', { method: 'POST' });
    // Only what it has changed is in the subject.
    expect((await simpleParser(world.mails[0]?.raw ?? '')).subject).toBe(
      'Preview: Ticker-1 +4.2 % · close of 3 Apr 2023',
    );
  });

  test('comes no more often under plus-addresses', async () => {
    const world = await aWorld();
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) {
      const as = `ada+${i}@example.com`;
      await follow(world, 'Ticker-1', as);
      statuses.push((await world.ask('/me/preview', { method: 'POST', as })).status);
    }
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429, 429]);
  });

  test('comes a few times an hour, not more', async () => {
    const world = await aWorld();
    await follow(world, 'Ticker-1');
    const statuses = [];
    for (let i = 0; i < 7; i++) statuses.push((await world.ask('/me/preview', { method: 'POST' })).status);
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429, 429]);
    expect(world.mails).toHaveLength(5);
    world.now = API_NOW + 3_600_000;
    expect((await world.ask('/me/preview', { method: 'POST' })).status).toBe(204);
  });

  test('of nothing says so', async () => {
    expect((await (await aWorld()).ask('/me/preview', { method: 'POST' })).status).toBe(409);
  });

  test('that the mail service does not take is no success', async () => {
    const world = await aWorld();
    await follow(world, 'Ticker-1');
    world.answers.set(ADA, { status: 'throttled', reason: 'slow down' });
    expect((await world.ask('/me/preview', { method: 'POST' })).status).toBe(503);
  });
});

describe('the unsubscribe link', () => {
  const link = (world: ApiWorld, purpose: 'unsubscribe' | 'confirm' = 'unsubscribe') =>
    `/${purpose}?token=${signLink({ current: 'key' }, purpose, world.subscriberOf(ADA)?.subscriber ?? '')}`;
  const twoTickers = async () => {
    const world = await aWorld();
    await follow(world, 'Ticker-1');
    await follow(world, 'Ticker-2');
    return world;
  };

  test('opened changes nothing, and offers each ticker', async () => {
    const world = await twoTickers();
    const page = await (await world.ask(link(world))).text();
    expect(page).toContain('<button name="ticker" value="Ticker-2">');
    expect(Object.keys(world.subscriberOf(ADA)?.tickers ?? {})).toHaveLength(2);
    expect(page).not.toContain('@');
  });

  test('posted by a mail client unsubscribes from all; by a button, from one', async () => {
    const world = await twoTickers();
    await world.ask(link(world), { method: 'POST', body: 'ticker=Ticker-1' });
    expect(Object.keys(world.subscriberOf(ADA)?.tickers ?? {})).toEqual(['Ticker-2']);
    const all = await world.ask(link(world), { method: 'POST', body: 'List-Unsubscribe=One-Click' });
    expect([all.status, Object.keys(world.subscriberOf(ADA)?.tickers ?? {})]).toEqual([200, []]);
  });

  test.each(['', 'nonsense', 'a.b', '.', 'x'.repeat(600)])('with the token "%s" does nothing', async (token) => {
    const world = await twoTickers();
    const response = await world.ask(`/unsubscribe?token=${token}`, { method: 'POST' });
    expect([response.status, Object.keys(world.subscriberOf(ADA)?.tickers ?? {}).length]).toEqual([400, 2]);
  });

  test('does not confirm, and the link of an invitation does not unsubscribe', async () => {
    const world = await twoTickers();
    const confirming = link(world, 'confirm').replace('/confirm', '/unsubscribe');
    expect((await world.ask(confirming, { method: 'POST' })).status).toBe(400);
  });
});

describe('operators', () => {
  test('see deliveries, the last dropped first, with report and rejected rows', async () => {
    const world = await aWorld();
    const { deliveries } = await (await world.ask('/deliveries')).json();
    expect(deliveries).toMatchObject([
      { delivery: '2023-04-02.incremental', state: 'applied', underWay: false, counts: { accepted: 5 } },
      { delivery: '2023-04-01.history' },
    ]);
    const detail = await (await world.ask('/deliveries/2023-04-01.history')).json();
    expect(detail.report).toMatchObject({ rows: { quarantined: 1 }, problems: [{ line: 8 }] });
    const csv = await (await world.ask('/deliveries/2023-04-01.history/quarantine')).text();
    expect(csv).toContain('Ticker-Bad1,-50,2023-04-01');
    expect((await world.ask('/deliveries/2023-04-02.incremental/quarantine')).status).toBe(404);
    expect((await world.ask('/deliveries/2023-04-09.history')).status).toBe(404);
    await dropAndIngest(world, 'eu/2023-04-02_incremental.csv', EXAMPLE_INCREMENTAL);
    expect((await world.ask(`/deliveries/${inPath('eu/2023-04-02.incremental')}`)).status).toBe(200);
  });

  test('see of a file that was removed before it was read that nothing will come of it', async () => {
    const world = await aWorld();
    const event = drop(world, '2023-04-03_incremental.csv', EXAMPLE_INCREMENTAL, '2023-04-03T21:00:00Z');
    world.objects.delete('2023-04-03_incremental.csv');
    await ingest(world, event);
    const { deliveries } = await (await world.ask('/deliveries')).json();
    expect(deliveries[0]).toMatchObject({ delivery: '2023-04-03.incremental', state: 'received', isGone: true });
    expect(deliveries[1]).toMatchObject({ isGone: false });
  });

  test('page through more than fit one page', async () => {
    const world = await aWorld();
    const [one] = world.deliveries.values();
    for (let i = 0; i < 70 && one; i++) world.deliveries.set(`x${i}`, { ...one, delivery: `x${i}` });
    const first = await (await world.ask('/deliveries')).json();
    const second = await (await world.ask(`/deliveries?after=${encodeURIComponent(first.next)}`)).json();
    expect([first.deliveries.length, second.deliveries.length, second.next]).toEqual([50, 22, undefined]);
  });

  test('invite a mailbox, which gets nothing before it confirms by the link it was mailed', async () => {
    const world = await aWorld();
    const body = { address: 'team@example.com', tickers: [{ ticker: 'ticker-1', window: 30 }] };
    expect(await (await world.ask('/subscribers', { method: 'POST', body })).json()).toMatchObject({
      state: 'pending',
      tickers: { 'Ticker-1': { window: 30 } },
    });
    const mail = await simpleParser(world.mails[0]?.raw ?? '');
    const link = /https:\/\/api\.example\.com(\/confirm\?token=\S+)/.exec(mail.text ?? '')?.[1] ?? '';
    expect((await world.ask(link)).status).toBe(200);
    expect(world.subscriberOf('team@example.com')?.state).toBe('pending');
    await world.ask(link, { method: 'POST' });
    expect(world.subscriberOf('team@example.com')?.state).toBe('active');
  });

  test('may mend an invitation until it is confirmed, by the link or by signing in', async () => {
    const world = await aWorld();
    const address = "o'b&c@example.com";
    const invite = async (ticker: string) =>
      (await world.ask('/subscribers', { method: 'POST', body: { address, tickers: [{ ticker }] } })).json();
    await invite('Ticker-1');
    expect(await invite('Ticker-2')).toMatchObject({ state: 'pending', tickers: { 'Ticker-2': { window: 90 } } });
    expect(await (await world.ask('/me', { as: address })).json()).toMatchObject({ state: 'active', tickers: 1 });
    expect(await invite('Ticker-3')).toMatchObject({ state: 'active', tickers: { 'Ticker-2': { window: 90 } } });
  });

  test('cannot bomb a mailbox, nor change what somebody follows already', async () => {
    const world = await aWorld();
    const invite = (address: string, ticker = 'Ticker-1') =>
      world.ask('/subscribers', { method: 'POST', body: { address, tickers: [{ ticker }] } });
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await invite('team@example.com')).status);
    expect(statuses).toEqual([201, 201, 201, 429, 429]);
    expect(world.mails).toHaveLength(3);
    await follow(world, 'Ticker-2');
    expect(await (await invite(ADA)).json()).toMatchObject({
      state: 'active',
      tickers: { 'Ticker-2': { window: 90 } },
    });
    expect(world.mails).toHaveLength(3);
    expect((await invite('x@example.com', 'None')).status).toBe(404);
    expect((await invite('not an address')).status).toBe(400);
  });
});

describe('orders of operators', () => {
  const post = (world: ApiWorld, delivery: string, what: string) =>
    world.ask(`/deliveries/${inPath(delivery)}/${what}`, { method: 'POST' });
  const carryOut = async (world: ApiWorld) => {
    for (const event of world.orders.splice(0)) await ingest(world, event);
  };

  test('revoke a delivery, and bring it back', async () => {
    const world = await aWorld();
    const taken = await post(world, '2023-04-02.incremental', 'revoke');
    expect([taken.status, await taken.json()]).toEqual([
      202,
      { delivery: '2023-04-02.incremental', revision: expect.stringMatching(/^[0-9A-F]{32}0[0-9A-F]{11}1$/) },
    ]);
    await carryOut(world);
    const detail = async () => (await world.ask('/deliveries/2023-04-02.incremental')).json();
    expect(await detail()).toMatchObject({ state: 'revoked', report: { state: 'revoked', changedTickers: 4 } });
    expect((await post(world, '2023-04-02.incremental', 'revoke')).status).toBe(409);
    expect((await post(world, '2023-04-02.incremental', 'replay')).status).toBe(202);
    await carryOut(world);
    expect(await detail()).toMatchObject({ state: 'applied', report: { rows: { accepted: 5 } } });
  });

  test.each([
    ['replay', 'revoke', 'revoked'],
    ['revoke', 'replay', 'applied'],
  ])('%s and then %s, before either is carried out, end with the last one', async (first, second, state) => {
    const world = await aWorld();
    for (const what of [first, second]) {
      expect((await post(world, '2023-04-02.incremental', what)).status).toBe(202);
      world.now += 1000;
    }
    for (const event of world.orders.splice(0).reverse()) await ingest(world, event);
    expect(await (await world.ask('/deliveries/2023-04-02.incremental')).json()).toMatchObject({ state });
  });

  test('given twice change nothing the second time', async () => {
    const world = await aWorld();
    for (let i = 0; i < 2; i++) {
      await post(world, '2023-04-02.incremental', 'revoke');
      world.now += 1000;
    }
    const messages = world.messages.length;
    await carryOut(world);
    expect(world.messages.length).toBe(messages + 2);
  });

  test('are refused where there is nothing to be done, in words', async () => {
    const world = await aWorld();
    expect((await post(world, '2023-04-09.incremental', 'revoke')).status).toBe(404);
    await dropAndIngest(world, '2023-04-03_incremental.csv', 'nothing');
    const refused = await post(world, '2023-04-03.incremental', 'revoke');
    expect(await refused.json()).toMatchObject({
      status: 409,
      detail: '2023-04-03.incremental is rejected: nothing of it is in the prices.',
    });
  });
});

test('the description of the API is served, to machines and to people', async () => {
  const world = await aWorld();
  expect(Object.keys((await (await world.ask('/openapi.json')).json()).paths)).toContain('/me');
  expect(await (await world.ask('/docs')).text()).toContain('/subscriptions/{ticker}');
});

test('an unknown route is a problem, too', async () => {
  expect((await (await aWorld()).ask('/nothing')).status).toBe(404);
});

test('a failure of ours is a 500 that tells nothing of it, and we are told', async () => {
  const world = await aWorld();
  const ports = { ...world.apiPorts(), tickers: { all: () => Promise.reject(new Error('secret detail')) } };
  const response = await world.ask('/tickers', { app: apiApp(ports, API_SETTINGS) });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret');
  expect(world.unexpected.map(({ message }) => message)).toEqual(['secret detail']);
});

test('no input makes a 500', async () => {
  const world = await aWorld();
  await follow(world, 'Ticker-1');
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('Ticker-1', '2023-04-01', '', '../..', '__proto__', '=1+1', '1e400', '\u0000', '%', '%E0%A4%A'),
  );
  const body = fc.oneof(
    fc.json(),
    text,
    fc
      .record({
        theme: fc.anything(),
        window: fc.anything(),
        pausedUntil: text,
        address: text,
        tickers: fc.array(fc.record({ ticker: text })),
      })
      .map((value) => JSON.stringify(value) ?? ''),
  );
  const request = fc.record({
    route: fc.constantFrom(...ROUTES),
    part: text,
    query: fc.dictionary(
      fc.constantFrom('from', 'to', 'asOf', 'versions', 'prefix', 'after', 'limit', 'window', 'theme', 'token'),
      text,
    ),
    body,
    encode: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ route, part, query, body: sent, encode }) => {
      const filled = encode ? encodeURIComponent(part.toWellFormed()) : part.replace(/[^\w%.-]/g, '_');
      const path = route.path.replace(/\{\w+\}/g, () => filled || 'x');
      const wellFormed = Object.entries(query).map(([name, value]) => [name, value.toWellFormed()]);
      const response = await world.ask(`${path}?${new URLSearchParams(Object.fromEntries(wellFormed))}`, {
        method: route.method,
        ...(route.method !== 'GET' && { body: sent }),
      });
      expect(world.unexpected).toEqual([]);
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 600 },
  );
});
