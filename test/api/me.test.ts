import { simpleParser } from 'mailparser';
import { ADA, follow, withExamples } from '../support/api-examples.ts';
import { API_NOW } from '../support/api-world.ts';
import { dropAndIngest } from '../support/drops.ts';

const preferences = (overrides: object = {}) => ({ theme: 'dark', window: 30, pausedUntil: null, ...overrides });

describe('me', () => {
  test('is new before the first change, which creates an active subscriber', async () => {
    const world = await withExamples();
    expect(await (await world.ask('/me')).json()).toMatchObject({ address: ADA, state: 'new', tickers: 0 });
    expect(world.subscribers).toEqual([]);
    const put = await world.ask('/me', { method: 'PUT', body: preferences({ pausedUntil: '2020-02-01' }) });
    expect(await put.json()).toEqual({
      groups: [],
      address: ADA,
      state: 'active',
      tickers: 0,
      alerts: 0,
      mails: 'every',
      undeliverable: null,
      ...preferences({ pausedUntil: '2020-02-01' }),
    });
    const resumed = await world.ask('/me', { method: 'PUT', body: preferences() });
    expect(await resumed.json()).toMatchObject({ pausedUntil: null });
  });

  test.each([
    ['a body that is not JSON', '{'],
    ['an unknown theme', preferences({ theme: 'sepia' })],
    ['an unknown window', preferences({ window: 31 })],
    ['an impossible date', preferences({ pausedUntil: '2020-02-30' })],
    ['an unknown field', preferences({ state: 'active' })],
  ])('refuses %s with what was expected', async (_what, body) => {
    const response = await (await withExamples()).ask('/me', { method: 'PUT', body });
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(await response.json()).toMatchObject({ status: 400, detail: expect.stringMatching(/xpected/) });
  });

  test('keeps preferences that a request does not name', async () => {
    const world = await withExamples();
    await world.ask('/me', { method: 'PUT', body: { pausedUntil: '2099-01-01' } });
    await world.ask('/me', { method: 'PUT', body: { theme: 'dark' } });
    const kept = await world.ask('/me', { method: 'PUT', body: {} });
    expect(await kept.json()).toMatchObject({ pausedUntil: '2099-01-01', theme: 'dark', window: 90 });
  });

  test('stays erased for a token from before, and may start again after another sign-in', async () => {
    const world = await withExamples();
    await follow(world, 'Ticker-1');
    await world.ask('/me', { method: 'DELETE' });
    expect((await world.ask('/me', { method: 'PUT', body: { theme: 'dark' } })).status).toBe(403);
    expect((await follow(world, 'Ticker-1')).status).toBe(403);
    expect(world.subscribers).toEqual([]);
    const claims = { sub: 'account-2', email: ADA, email_verified: true, iat: API_NOW / 1000 + 1 };
    expect((await world.ask('/me', { method: 'PUT', body: { theme: 'dark' }, claims })).status).toBe(200);
  });

  test('invited again after being erased is not confirmed by a token from before', async () => {
    const world = await withExamples();
    await follow(world, 'Ticker-1');
    await world.ask('/me', { method: 'DELETE' });
    await world.ask('/subscribers', { method: 'POST', body: { address: ADA, tickers: [] }, as: 'night@example.com' });
    expect(await (await world.ask('/me')).json()).toMatchObject({ state: 'pending' });
    const claims = { sub: 'account-2', email: ADA, email_verified: true, iat: API_NOW / 1000 + 1 };
    expect(await (await world.ask('/me', { claims })).json()).toMatchObject({ state: 'active' });
  });

  test('is erased with every record of this subscriber, and of no other', async () => {
    const world = await withExamples();
    await follow(world, 'Ticker-1');
    await follow(world, 'Ticker-1', 'b@example.com');
    for (const subscriber of [world.subscriberOf(ADA), world.subscriberOf('b@example.com')]) {
      const record = {
        recipient: subscriber?.subscriber ?? '',
        kind: 'digest' as const,
        key: 'd',
        state: 'sent' as const,
      };
      world.ledger.set(record.recipient, {
        ...record,
        displayed: { segments: [], tickers: {} },
        claimedBy: 'i',
        claimedAt: 'then',
        attempts: 1,
        expiresAt: 1,
      });
    }
    expect((await world.ask('/me', { method: 'DELETE' })).status).toBe(204);
    expect(world.subscribers.map(({ address }) => address)).toEqual(['b@example.com']);
    expect(world.ledger.size).toBe(1);
    expect(world.erasedAccounts).toEqual(['account-1']);
  });

  test.each([
    ['no mailbox', { sub: 'x' }],
    ['an unconfirmed mailbox', { sub: 'x', email: ADA, email_verified: 'false' }],
  ])('is forbidden to a token with %s', async (_what, claims) => {
    const response = await (await withExamples()).ask('/me', { claims });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('email_verified') });
  });
});

describe('the preview', () => {
  test('mails the digest of the last delivery, without a ledger record', async () => {
    const world = await withExamples();
    await follow(world, 'Ticker-1');
    expect((await world.ask('/me/preview', { method: 'POST' })).status).toBe(204);
    const mail = await simpleParser(world.mails[0]?.raw ?? '');
    expect(mail.subject).toBe('Preview: Ticker-1 −5.0 % · close of 2 Apr 2023');
    expect(world.ledger.size).toBe(0);
  });

  test('is about the last applied delivery, also if a rejected file has the same name', async () => {
    const world = await withExamples();
    await follow(world, 'Ticker-1');
    await follow(world, 'Ticker-2');
    const ticker1 = 'ticker,close,date,action\nTicker-1,99,2023-04-03,I\n';
    await dropAndIngest(world, '2023-04-03_incremental.csv', ticker1, '2023-04-03T21:10:00Z');
    await dropAndIngest(world, '2023-04-03_incremental.csv', 'nothing', '2023-04-03T21:20:00Z');
    await world.ask('/me/preview', { method: 'POST' });
    // The subject has only the tickers that it changed.
    expect((await simpleParser(world.mails[0]?.raw ?? '')).subject).toBe(
      'Preview: Ticker-1 +4.2 % · close of 3 Apr 2023',
    );
  });

  test('is limited for all plus-addresses of a mailbox together', async () => {
    const world = await withExamples();
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) {
      const as = `ada+${i}@example.com`;
      await follow(world, 'Ticker-1', as);
      statuses.push((await world.ask('/me/preview', { method: 'POST', as })).status);
    }
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429, 429]);
  });

  test('is limited to five per hour', async () => {
    const world = await withExamples();
    await follow(world, 'Ticker-1');
    const statuses = [];
    for (let i = 0; i < 7; i++) statuses.push((await world.ask('/me/preview', { method: 'POST' })).status);
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429, 429]);
    expect(world.mails).toHaveLength(5);
    world.now = API_NOW + 3_600_000;
    expect((await world.ask('/me/preview', { method: 'POST' })).status).toBe(204);
  });

  test('without subscriptions is a 409', async () => {
    expect((await (await withExamples()).ask('/me/preview', { method: 'POST' })).status).toBe(409);
  });

  test('that SES does not accept is a 503', async () => {
    const world = await withExamples();
    await follow(world, 'Ticker-1');
    world.answers.set(ADA, { status: 'throttled', reason: 'slow down' });
    expect((await world.ask('/me/preview', { method: 'POST' })).status).toBe(503);
  });
});
