import { signLink } from '../../lambdas/domain/links/link-token.ts';
import { ADA, follow, withExamples } from '../support/api-examples.ts';
import type { ApiWorld } from '../support/api-world.ts';

describe('the unsubscribe link', () => {
  const link = (world: ApiWorld, purpose: 'unsubscribe' | 'confirm' = 'unsubscribe') =>
    `/${purpose}?token=${signLink({ current: 'key' }, purpose, world.subscriberOf(ADA)?.subscriber ?? '')}`;
  const twoTickers = async () => {
    const world = await withExamples();
    await follow(world, 'Ticker-1');
    await follow(world, 'Ticker-2');
    return world;
  };

  test('shows a button for each ticker, and changes nothing by being opened', async () => {
    const world = await twoTickers();
    const page = await (await world.ask(link(world))).text();
    expect(page).toContain('<button name="ticker" value="Ticker-2">');
    expect(Object.keys(world.subscriberOf(ADA)?.tickers ?? {})).toHaveLength(2);
    expect(page).not.toContain('@');
  });

  test('pauses everything if a mail client posts it, unfollows one ticker by a button', async () => {
    const world = await twoTickers();
    await world.ask(link(world), { method: 'POST', body: 'ticker=Ticker-1' });
    expect(Object.keys(world.subscriberOf(ADA)?.tickers ?? {})).toEqual(['Ticker-2']);
    const all = await world.ask(link(world), { method: 'POST', body: 'List-Unsubscribe=One-Click' });
    expect([all.status, world.subscriberOf(ADA)?.state]).toEqual([200, 'paused']);
    expect(Object.keys(world.subscriberOf(ADA)?.tickers ?? {})).toEqual(['Ticker-2']);
    expect(await (await world.ask('/me')).json()).toMatchObject({ state: 'paused' });
  });

  test('can be undone on the page that it leads to, and on its own page later', async () => {
    const world = await twoTickers();
    const all = await world.ask(link(world), { method: 'POST' });
    expect(await all.text()).toContain('<button name="undo" value="yes">');
    expect(await (await world.ask(link(world))).text()).toContain('You are unsubscribed');
    const undone = await world.ask(link(world), { method: 'POST', body: 'undo=yes' });
    expect(await undone.text()).toContain('Your list is kept: 2 tickers.');
    expect(world.subscriberOf(ADA)?.state).toBe('active');
  });

  test('is undone for a day only: later somebody else may have the mail', async () => {
    const world = await twoTickers();
    await world.ask(link(world), { method: 'POST' });
    world.now += 25 * 3_600_000;
    const undo = await world.ask(link(world), { method: 'POST', body: 'undo=yes' });
    expect(await undo.text()).toContain('Sign in to resume');
    expect(world.subscriberOf(ADA)?.state).toBe('paused');
    await world.ask('/me', { method: 'PUT', body: { pausedUntil: null } });
    expect(world.subscriberOf(ADA)?.state).toBe('active');
  });

  test('says what is so after an undo: a complaint still stops mails, and an erased mailbox has none', async () => {
    const world = await twoTickers();
    const own = link(world);
    await world.ask(own, { method: 'POST' });
    Object.assign(world.subscriberOf(ADA) ?? {}, { undeliverable: { why: 'complained', at: '2023-04-03' } });
    expect(await (await world.ask(own, { method: 'POST', body: 'undo=yes' })).text()).toContain('still gets no mails');
    await world.ask('/me', { method: 'DELETE' });
    expect((await world.ask(own, { method: 'POST', body: 'undo=yes' })).status).toBe(400);
  });

  test('changes nothing for an invitation, which can be confirmed afterwards', async () => {
    const world = await twoTickers();
    Object.assign(world.subscriberOf(ADA) ?? {}, { state: 'pending' });
    expect(await (await world.ask(link(world), { method: 'POST' })).text()).toContain('has not confirmed');
    expect(await (await world.ask(link(world, 'confirm'), { method: 'POST' })).text()).toContain('first digest');
    expect(world.subscriberOf(ADA)?.state).toBe('active');
  });

  test('answers HEAD as it answers GET, without the body', async () => {
    const world = await twoTickers();
    const [get, head] = [await world.ask(link(world)), await world.ask(link(world), { method: 'HEAD' })];
    expect([head.status, head.headers.get('content-type')]).toEqual([get.status, get.headers.get('content-type')]);
    expect(await head.text()).toBe('');
  });

  test.each(['', 'nonsense', 'a.b', '.', 'x'.repeat(600)])('with the token "%s" does nothing', async (token) => {
    const world = await twoTickers();
    const response = await world.ask(`/unsubscribe?token=${token}`, { method: 'POST' });
    expect([response.status, Object.keys(world.subscriberOf(ADA)?.tickers ?? {}).length]).toEqual([400, 2]);
  });

  test('does not confirm, and a confirm link does not unsubscribe', async () => {
    const world = await twoTickers();
    const confirming = link(world, 'confirm').replace('/confirm', '/unsubscribe');
    expect((await world.ask(confirming, { method: 'POST' })).status).toBe(400);
  });
});
