import { subscriberId } from '../../lambdas/contracts/subscriber-id.ts';
import { ApiWorld } from '../support/api-world.ts';
import { dropAndIngest } from '../support/drops.ts';
import { sendAll } from '../support/fan-outs.ts';
import { aSubscriber } from '../support/subscribers.ts';

const DELIVERY = '2020-01-10.incremental';
const path = `/deliveries/${DELIVERY}/mails`;

/** A delivery about AAPL, mailed to those who want it. */
async function aWorld(): Promise<ApiWorld> {
  const world = new ApiWorld();
  const one = (name: string, overrides: object = {}) => aSubscriber({ address: `${name}@example.com`, ...overrides });
  world.subscribers.push(
    one('ada'),
    one('ben', { tickers: { KO: { window: 90 } } }),
    one('cat', { state: 'pending' }),
    one('dan', { state: 'paused' }),
    one('eve', { undeliverable: { why: 'bounced', at: '2020-01-02T00:00:00Z' } }),
    one('fay', { preferences: { theme: 'light', mails: 'alerts' } }),
    one('gus', { pausedUntil: '2999-01-01' }),
  );
  await dropAndIngest(world, '2020-01-10_incremental.csv', 'ticker,close,date,action\nAAPL,101,2020-01-10,I\n');
  await sendAll(world);
  return world;
}

test('says of each subscriber with a changed ticker whether the mail was sent, and why not', async () => {
  const world = await aWorld();
  const { counts, without, waits } = await (await world.ask(path)).json();
  expect(waits).toHaveLength(counts.sent + counts.delivered + counts.bounced);
  for (const seconds of waits) expect(seconds).toBeGreaterThanOrEqual(0);
  expect(counts).toEqual({
    expected: 6,
    sent: 1,
    delivered: 0,
    bounced: 0,
    refused: 0,
    unconfirmed: 0,
    heldBack: 5,
    none: 0,
  });
  const whyOf = (name: string) =>
    without.find(({ subscriber }: { subscriber: string }) => subscriber === subscriberId(`${name}@example.com`))?.why;
  expect(['cat', 'dan', 'eve', 'fay', 'gus'].map(whyOf)).toEqual([
    'has not confirmed the mailbox',
    'unsubscribed',
    'stopped: bounced on 2020-01-02',
    'wants mail about alerts only',
    'paused up to 2999-01-01',
  ]);
  expect(JSON.stringify(without)).not.toContain('dan@');
});

test('shows an address only if it is asked for', async () => {
  const world = await aWorld();
  const { without } = await (await world.ask(path)).json();
  expect(without.map(({ address }: { address: string }) => address)).toContain('d…@example.com');
  const id = subscriberId('dan@example.com');
  expect((await (await world.ask(`/subscribers/${id}`)).json()).address).toBe('dan@example.com');
  expect((await world.ask('/subscribers/nobody')).status).toBe(404);
});

test('counts bounces and refusals by what the ledger has', async () => {
  const world = await aWorld();
  const set = async (change: object) => {
    for (const [key, record] of world.ledger) world.ledger.set(key, { ...record, ...change });
    return (await (await world.ask(path)).json()).counts;
  };
  expect(await set({ deliveredAt: '2020-01-10T22:00:00Z' })).toMatchObject({ delivered: 1, sent: 0 });
  expect(await set({ bounce: { kind: 'hard', at: '', detail: 'no such mailbox' } })).toMatchObject({ bounced: 1 });
  expect(await set({ state: 'refused', reason: 'bad address' })).toMatchObject({ refused: 1 });
  expect(await set({ state: 'claimed' })).toMatchObject({ unconfirmed: 1 });
});

test('looks at a page of subscribers at a time', async () => {
  const world = await aWorld();
  let after = '';
  let expected = 0;
  for (let pages = 0; pages < 10; pages++) {
    const answer = await (await world.ask(`${path}?limit=2${after && `&after=${after}`}`)).json();
    expected += answer.counts.expected;
    after = answer.next ?? '';
    if (!after) break;
  }
  expect(expected).toBe(6);
});

test('a delivery that is not applied has no mails', async () => {
  const world = new ApiWorld();
  await dropAndIngest(world, '2020-01-10_incremental.csv', 'nonsense');
  expect((await world.ask(path)).status).toBe(409);
});
