import { ADA, follow, withExamples } from '../support/api-examples.ts';

const preferences = (overrides: object = {}) => ({ theme: 'dark', window: 30, pausedUntil: null, ...overrides });

describe('subscriptions', () => {
  test('are followed, changed, listed and removed by their owner only', async () => {
    const world = await withExamples();
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
  ])('of the unknown ticker %s are a 404 that suggests similar names', async (name, suggestions) => {
    const response = await follow(await withExamples(), name);
    expect(response.status).toBe(404);
    expect((await response.json()).suggestions).toEqual(expect.arrayContaining(suggestions));
  });

  test('are at most 500', async () => {
    const world = await withExamples();
    await follow(world, 'Ticker-1');
    const ada = world.subscriberOf(ADA);
    if (ada) for (let i = 1; i < 500; i++) ada.tickers[`T${i}`] = { window: 90 };
    expect((await follow(world, 'Ticker-1')).status).toBe(200);
    expect((await follow(world, 'Ticker-2')).status).toBe(409);
  });

  test('of an invited mailbox confirm it, since its owner signed in', async () => {
    const world = await withExamples();
    await world.ask('/subscribers', { method: 'POST', body: { address: 'team@example.com', tickers: [] } });
    await follow(world, 'Ticker-1', 'team@example.com');
    expect(world.subscriberOf('team@example.com')).toMatchObject({
      state: 'active',
      tickers: { 'Ticker-1': { window: 90 } },
    });
  });
});
