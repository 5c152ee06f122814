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

  test('unsubscribes from all if a mail client posts it, from one ticker by a button', async () => {
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

  test('does not confirm, and a confirm link does not unsubscribe', async () => {
    const world = await twoTickers();
    const confirming = link(world, 'confirm').replace('/confirm', '/unsubscribe');
    expect((await world.ask(confirming, { method: 'POST' })).status).toBe(400);
  });
});
