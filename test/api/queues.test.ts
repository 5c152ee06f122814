import { ApiWorld } from '../support/api-world.ts';

test('operators see queues, and send dead letters back', async () => {
  const world = new ApiWorld();
  world.letters.set('refreshed', ['no time for a single digest', 'no time for a single digest']);
  const { queues } = await (await world.ask('/queues')).json();
  expect(
    queues.map(({ name, deadLetters }: { name: string; deadLetters: number }) => `${name} ${deadLetters}`),
  ).toEqual(['deliveries 0', 'refreshed 2', 'events 0', 'reports 0', 'mails 0', 'planned 0']);
  const redriven = await (await world.ask('/queues/refreshed/redrive', { method: 'POST' })).json();
  expect(redriven.sentBack).toBe(2);
  expect((await world.ask('/queues/other/redrive', { method: 'POST' })).status).toBe(404);
});
