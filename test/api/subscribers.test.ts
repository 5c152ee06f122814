import { simpleParser } from 'mailparser';
import { ADA, follow, withExamples } from '../support/api-examples.ts';

describe('operators', () => {
  test('invite a mailbox, which stays pending until the link is posted', async () => {
    const world = await withExamples();
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

  test('may change an invitation until the invited person signs in', async () => {
    const world = await withExamples();
    const address = "o'b&c@example.com";
    const invite = async (ticker: string) =>
      (await world.ask('/subscribers', { method: 'POST', body: { address, tickers: [{ ticker }] } })).json();
    await invite('Ticker-1');
    expect(await invite('Ticker-2')).toMatchObject({ state: 'pending', tickers: { 'Ticker-2': { window: 90 } } });
    expect(await (await world.ask('/me', { as: address })).json()).toMatchObject({ state: 'active', tickers: 1 });
    expect(await invite('Ticker-3')).toMatchObject({ state: 'active', tickers: { 'Ticker-2': { window: 90 } } });
  });

  test('cannot flood a mailbox, nor change the tickers of an active subscriber', async () => {
    const world = await withExamples();
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
