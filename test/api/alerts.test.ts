import { MAX_ALERTS } from '../../lambdas/contracts/alert.ts';
import type { AlertHistory, AlertPreview, AlertView } from '../../lambdas/contracts/api/alerts.ts';
import { addDays } from '../../lambdas/contracts/dates.ts';
import { subscriberId } from '../../lambdas/contracts/subscriber-id.ts';
import { signLink } from '../../lambdas/domain/links/link-token.ts';
import { ADA, follow } from '../support/api-examples.ts';
import { API_NOW, ApiWorld } from '../support/api-world.ts';
import { dropAndIngest } from '../support/drops.ts';
import { sendAll } from '../support/fan-outs.ts';

const TODAY = new Date(API_NOW).toISOString().slice(0, 10);
const above = (threshold: string) => ({
  ticker: 'AAPL',
  condition: { kind: 'price', direction: 'above', threshold },
  repeat: 'every',
});

/** Closes of AAPL for the 400 days before today: 100 to 119 and back, again and again; the last is 100 + `last`. */
async function aWorld(last = 5): Promise<ApiWorld> {
  const world = new ApiWorld();
  const rows = Array.from({ length: 400 }, (_, i) => {
    const wave = (last + 400 * 20 - (399 - i)) % 40;
    return `AAPL,${100 + (wave < 20 ? wave : 39 - wave)},${addDays(TODAY, i - 400)},1000`;
  });
  await dropAndIngest(world, `${addDays(TODAY, -1)}_history.csv`, `ticker,close,date,volume\n${rows.join('\n')}\n`);
  world.messages.length = 0;
  return world;
}
const post = (world: ApiWorld, body: object, path = '/alerts') => world.ask(path, { method: 'POST', body });
const made = async (world: ApiWorld, body: object): Promise<AlertView> => (await post(world, body)).json();

test('an alert is made, read, listed, edited and deleted by its owner only', async () => {
  const world = await aWorld();
  const response = await post(world, { ...above('110.00'), ticker: 'aapl', note: 'sell' });
  expect(response.status).toBe(201);
  const alert: AlertView = await response.json();
  expect(alert).toMatchObject({
    ticker: 'AAPL',
    name: 'AAPL',
    condition: { threshold: '110' },
    text: 'closes at 110.00 or above',
    state: 'armed',
    alreadyTrue: false,
    note: 'sell',
    start: { close: '105' },
    threshold: '110',
    measure: { value: 105, target: 110, unit: 'percent' },
  });
  expect(await (await world.ask(`/alerts/${alert.id}`)).json()).toEqual(alert);
  expect(await (await world.ask('/alerts')).json()).toEqual({ alerts: [alert] });
  expect(await (await world.ask('/alerts', { as: 'bob@example.com' })).json()).toEqual({ alerts: [] });
  expect((await world.ask(`/alerts/${alert.id}`, { as: 'bob@example.com' })).status).toBe(404);
  expect((await world.ask(`/alerts/${alert.id}`, { method: 'DELETE', as: 'bob@example.com' })).status).toBe(404);
  expect((await world.ask(`/alerts/${alert.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await world.ask(`/alerts/${alert.id}`)).status).toBe(404);
  expect(world.subscriberOf(ADA)?.formerAlerts).toEqual({ AAPL: expect.any(String) });
});

test('a new condition starts anew; a note, a mute and a renewal do not', async () => {
  const world = await aWorld();
  const { id, start } = await made(world, above('110'));
  world.now += 3 * 86_400_000;
  const put = async (body: object): Promise<AlertView> =>
    (await world.ask(`/alerts/${id}`, { method: 'PUT', body })).json();
  const until = addDays(TODAY, 300);
  expect(await put({ ...above('110'), note: 'n', mutedUntil: until, expires: until })).toMatchObject({
    start,
    state: 'muted',
  });
  expect(await put({ ...above('110'), mutedUntil: null })).toMatchObject({ start, state: 'armed' });
  const edited = await put(above('111'));
  expect(edited.start.date > start.date).toBe(true);
  expect((await world.ask(`/alerts/${id}`, { method: 'PUT', body: { ...above('1'), ticker: 'KO' } })).status).toBe(409);
});

test('a condition that is true already waits, and says so', async () => {
  const world = await aWorld(15);
  expect(await made(world, above('110'))).toMatchObject({ state: 'waiting', alreadyTrue: true });
});

test.each([
  ['a threshold that is no decimal', above('1e3'), /decimal like 310/],
  ['a threshold of zero', above('0.00'), /above zero/],
  ['a negative one', above('-5'), /decimal like 310/],
  ['a number', above(310 as never), /string/],
  ['an unknown kind', { ...above('1'), condition: { kind: 'moon' } }, /kind/],
  [
    'a fall of more than everything',
    { ...above('1'), condition: { kind: 'change', direction: 'down', percent: 100, base: 'previous' } },
    /less than 100/,
  ],
  [
    'a fast average that is slow',
    { ...above('1'), condition: { kind: 'average', direction: 'above', fast: 50, slow: 20 } },
    /fewer sessions/,
  ],
  [
    'a base of one session',
    { ...above('1'), condition: { kind: 'change', direction: 'up', percent: 5, base: { sessionsAgo: 1 } } },
    /base/,
  ],
  ['a long note', { ...above('1'), note: 'x'.repeat(141) }, /140/],
  ['an end in the past', { ...above('1'), expires: '2001-01-01' }, /expires between/],
  ['an end in three years', { ...above('1'), expires: addDays(TODAY, 1100) }, /expires between/],
  ['an unknown field', { ...above('1'), armed: true }, /armed/],
])('%s is refused with what was expected', async (_what, body, expected) => {
  const response = await post(await aWorld(), body);
  expect([response.status, (await response.json()).detail]).toEqual([400, expect.stringMatching(expected)]);
});

test('an unknown ticker, a second alert of the same kind and one too many are refused', async () => {
  const world = await aWorld();
  expect((await post(world, { ...above('110'), ticker: 'NONE' })).status).toBe(404);
  const { id } = await made(world, above('110'));
  const again = await post(world, above('110.0'));
  expect([again.status, (await again.json()).detail]).toEqual([409, expect.stringMatching('Edit or delete that one')]);
  const subscriber = world.subscriberOf(ADA);
  const alert = subscriber?.alerts?.[id];
  if (subscriber && alert)
    subscriber.alerts = Object.fromEntries(Array.from({ length: MAX_ALERTS }, (_, i) => [`a${i}`, alert]));
  expect(await (await post(world, above('111'))).json()).toMatchObject({ status: 409, title: 'Too many alerts' });
});

test('a preview tells what an alert would have done, and saves nothing', async () => {
  const world = await aWorld();
  const answer: AlertPreview = await (
    await post(world, { ticker: 'AAPL', condition: above('110').condition }, '/alerts/preview')
  ).json();
  expect(answer).toMatchObject({
    alreadyTrue: false,
    warnings: [],
    text: 'closes at 110.00 or above',
    measure: { value: 105 },
  });
  expect(answer.fires).toHaveLength(9);
  expect(answer.fires[0]).toMatchObject({ close: '110', what: 'closed at 110.00, your threshold' });
  expect(world.subscribers).toEqual([]);
  const volume = { ticker: 'AAPL', condition: { kind: 'range', side: 'high' } };
  expect((await (await post(world, volume, '/alerts/preview')).json()).fires).toEqual([]);
});

test('a preview warns of a short history, of no volume, and of suspect closes and splits inside', async () => {
  const world = new ApiWorld();
  const day = (n: number) => addDays(TODAY, -n);
  const rows = [`A,300,${day(9)}`, `A,3000,${day(8)}`, `A,301,${day(7)}`, `A,75,${day(6)}`, `A,76,${day(5)}`];
  await dropAndIngest(world, `${day(1)}_history.csv`, `ticker,close,date\n${rows.join('\n')}\n`);
  const answer = await (
    await post(world, { ticker: 'A', condition: { kind: 'volume', factor: 2 } }, '/alerts/preview')
  ).json();
  expect(answer.warnings).toEqual([
    expect.stringMatching('history is short'),
    expect.stringMatching('no volume'),
    'One suspect close is left out.',
    expect.stringMatching('may be a 4:1 split'),
  ]);
});

test('the history tells which mail announced a fire, and what was withdrawn or muted', async () => {
  const world = await aWorld();
  const { id } = await made(world, above('110'));
  const next = (n: number, closes: string, hour = 21) =>
    dropAndIngest(
      world,
      `${addDays(TODAY, n)}_incremental.csv`,
      `ticker,close,date,action\n${closes}\n`,
      `${addDays(TODAY, n)}T${hour}:00:00Z`,
    );
  const send = () => sendAll(world, undefined, { now: world.now, deadline: world.now + 600_000 });
  const [one, two] = [addDays(TODAY, 1), addDays(TODAY, 2)];
  await next(1, `AAPL,111,${one},I`);
  await send();
  const history = async (): Promise<AlertHistory> => (await world.ask(`/alerts/${id}/history`)).json();
  expect((await history()).fires).toEqual([
    {
      date: one,
      close: '111',
      told: 'announced',
      isWithdrawn: false,
      mail: { delivery: `${one}.incremental`, at: `${one}T21:00:00.000Z` },
    },
  ]);
  await next(2, `AAPL,101,${one},U\nAAPL,102,${two},I`);
  await send();
  expect((await history()).fires).toMatchObject([{ date: one, isWithdrawn: true }]);
});

describe('the links of an alert in a mail', () => {
  const link = (id: string, purpose: 'mute-alert' | 'delete-alert') =>
    `/${purpose}?token=${signLink({ current: 'key' }, purpose, subscriberId(ADA), id)}`;

  test('a GET shows a page and changes nothing, a POST acts', async () => {
    const world = await aWorld();
    const { id } = await made(world, above('110'));
    const before = JSON.stringify(world.subscribers);
    for (const purpose of ['mute-alert', 'delete-alert'] as const)
      expect(await (await world.ask(link(id, purpose))).text()).toMatch('AAPL closes at 110.00 or above');
    expect(JSON.stringify(world.subscribers)).toBe(before);
    await world.ask(link(id, 'mute-alert'), { method: 'POST' });
    expect(await (await world.ask(`/alerts/${id}`)).json()).toMatchObject({
      state: 'muted',
      mutedUntil: addDays(TODAY, 7),
    });
    await world.ask(link(id, 'delete-alert'), { method: 'POST' });
    expect((await world.ask(`/alerts/${id}`)).status).toBe(404);
    for (const method of ['GET', 'POST'])
      expect(await (await world.ask(link(id, 'mute-alert'), { method })).text()).toMatch('This alert is deleted');
  });

  test('a link for another purpose, another alert or another subscriber does nothing', async () => {
    const world = await aWorld();
    const { id } = await made(world, above('110'));
    for (const wrong of [
      link(id, 'mute-alert').replace('/mute-alert', '/delete-alert'),
      link('other', 'delete-alert').replace('other', id),
      `/delete-alert?token=${signLink({ current: 'key' }, 'unsubscribe', subscriberId(ADA))}`,
    ])
      expect((await world.ask(wrong, { method: 'POST' })).status).toBe(400);
    expect((await world.ask(`/alerts/${id}`)).status).toBe(200);
  });

  test('who unfollows a ticker by a mail has no alerts on it; who stops all mails keeps them', async () => {
    const world = await aWorld();
    await follow(world, 'AAPL');
    await made(world, above('110'));
    const unsubscribe = `/unsubscribe?token=${signLink({ current: 'key' }, 'unsubscribe', subscriberId(ADA))}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await world.ask(unsubscribe, { method: 'POST', body: 'ticker=AAPL', headers });
    expect(await answer.text()).toMatch('One alert on it is deleted');
    await made(world, above('110'));
    await world.ask(unsubscribe, { method: 'POST' });
    expect(Object.keys(world.subscriberOf(ADA)?.alerts ?? {})).toHaveLength(1);
    expect(world.subscriberOf(ADA)?.state).toBe('paused');
  });
});

test('gainers and losers of the day come from what ingest wrote', async () => {
  const world = new ApiWorld();
  const file = (n: number, closes: number[]) =>
    `ticker,close,date,action\n${closes.map((close, i) => `T${i},${close},${addDays(TODAY, n)},I`).join('\n')}\n`;
  await dropAndIngest(world, `${addDays(TODAY, -2)}_incremental.csv`, file(-2, [100, 100, 100, 100, 100]));
  await dropAndIngest(world, `${addDays(TODAY, -1)}_incremental.csv`, file(-1, [105, 90, 100, 25, 101]));
  const names = async (sort: string) =>
    (await (await world.ask(`/tickers?sort=${sort}`)).json()).tickers.map(
      ({ ticker, dayChange }: { ticker: string; dayChange: number }) => [ticker, Math.round(dayChange * 100)],
    );
  expect(await names('change')).toEqual([
    ['T0', 5],
    ['T4', 1],
  ]);
  // T3 may have had a split of 4:1.
  expect(await names('-change')).toEqual([['T1', -10]]);
});
