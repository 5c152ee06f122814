import { withExamples } from '../support/api-examples.ts';
import { type ApiWorld, inPath } from '../support/api-world.ts';
import { EXAMPLE_INCREMENTAL } from '../support/deliveries.ts';
import { drop, dropAndIngest, ingest } from '../support/drops.ts';

describe('operators', () => {
  test('see deliveries, the newest first, with report and rejected rows', async () => {
    const world = await withExamples();
    const { deliveries } = await (await world.ask('/deliveries')).json();
    expect(deliveries).toMatchObject([
      { delivery: '2023-04-02.incremental', state: 'applied', inProgress: false, counts: { accepted: 5 } },
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

  test('find deliveries by a part of the id and by state, with the number in each state', async () => {
    const world = await withExamples();
    await dropAndIngest(world, 'eu/2023-04-03_incremental.csv', 'nothing');
    const found = async (query: string) => {
      const { deliveries, states } = await (await world.ask(`/deliveries?${query}`)).json();
      return [deliveries.map(({ delivery }: { delivery: string }) => delivery), states.applied, states.rejected];
    };
    expect(await found('search=2023-04-02')).toEqual([['2023-04-02.incremental'], 1, 0]);
    expect(await found('search=EU/')).toEqual([['eu/2023-04-03.incremental'], 0, 1]);
    expect(await found('state=rejected')).toEqual([['eu/2023-04-03.incremental'], 2, 1]);
    expect((await world.ask('/deliveries?state=lost')).status).toBe(400);
  });

  test('see that a file was removed before it was read', async () => {
    const world = await withExamples();
    const event = drop(world, '2023-04-03_incremental.csv', EXAMPLE_INCREMENTAL, '2023-04-03T21:00:00Z');
    world.objects.delete('2023-04-03_incremental.csv');
    await ingest(world, event);
    const { deliveries } = await (await world.ask('/deliveries')).json();
    expect(deliveries[0]).toMatchObject({ delivery: '2023-04-03.incremental', state: 'received', isGone: true });
    expect(deliveries[1]).toMatchObject({ isGone: false });
  });

  test('page through more deliveries than fit into one page', async () => {
    const world = await withExamples();
    const [one] = world.deliveries.values();
    for (let i = 0; i < 70 && one; i++) world.deliveries.set(`x${i}`, { ...one, delivery: `x${i}` });
    const first = await (await world.ask('/deliveries')).json();
    const second = await (await world.ask(`/deliveries?after=${encodeURIComponent(first.next)}`)).json();
    expect([first.deliveries.length, second.deliveries.length, second.next]).toEqual([50, 22, undefined]);
  });
});

describe('commands of operators', () => {
  const post = (world: ApiWorld, delivery: string, command: string) =>
    world.ask(`/deliveries/${inPath(delivery)}/${command}`, { method: 'POST' });
  const ingestCommands = async (world: ApiWorld) => {
    for (const event of world.commands.splice(0)) await ingest(world, event);
  };

  test('revoke a delivery and replay it', async () => {
    const world = await withExamples();
    const accepted = await post(world, '2023-04-02.incremental', 'revoke');
    expect([accepted.status, await accepted.json()]).toEqual([
      202,
      {
        delivery: '2023-04-02.incremental',
        revision: expect.stringMatching(/^[0-9A-F]+\.20230601T220000000Z\.revoke$/),
      },
    ]);
    await ingestCommands(world);
    const detail = async () => (await world.ask('/deliveries/2023-04-02.incremental')).json();
    expect(await detail()).toMatchObject({ state: 'revoked', report: { state: 'revoked', changedTickers: 4 } });
    expect((await post(world, '2023-04-02.incremental', 'revoke')).status).toBe(409);
    expect((await post(world, '2023-04-02.incremental', 'replay')).status).toBe(202);
    await ingestCommands(world);
    expect(await detail()).toMatchObject({ state: 'applied', report: { rows: { accepted: 5 } } });
  });

  test.each([
    ['replay', 'revoke', 'revoked'],
    ['revoke', 'replay', 'applied'],
  ])('%s and then %s, before either is ingested, end with the last one', async (first, second, state) => {
    const world = await withExamples();
    for (const name of [first, second]) {
      expect((await post(world, '2023-04-02.incremental', name)).status).toBe(202);
      world.now += 1000;
    }
    for (const event of world.commands.splice(0).reverse()) await ingest(world, event);
    expect(await (await world.ask('/deliveries/2023-04-02.incremental')).json()).toMatchObject({ state });
  });

  test('sent twice change nothing the second time', async () => {
    const world = await withExamples();
    for (let i = 0; i < 2; i++) {
      await post(world, '2023-04-02.incremental', 'revoke');
      world.now += 1000;
    }
    const messages = world.messages.length;
    await ingestCommands(world);
    expect(world.messages.length).toBe(messages + 1);
  });

  test('are refused with a reason if there is nothing to do', async () => {
    const world = await withExamples();
    expect((await post(world, '2023-04-09.incremental', 'revoke')).status).toBe(404);
    await dropAndIngest(world, '2023-04-03_incremental.csv', 'nothing');
    const refused = await post(world, '2023-04-03.incremental', 'revoke');
    expect(await refused.json()).toMatchObject({
      status: 409,
      detail: '2023-04-03.incremental is rejected: no current price comes from it.',
    });
  });
});
