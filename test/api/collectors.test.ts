import { collectRequest } from '../../lambdas/contracts/collect.ts';
import { collectedKey } from '../../lambdas/contracts/delivery-id.ts';
import { RunTally } from '../../lambdas/domain/collect/run-tally.ts';
import { withExamples } from '../support/api-examples.ts';
import { API_NOW, ApiWorld } from '../support/api-world.ts';
import { command, dropAndIngest, ingest } from '../support/drops.ts';

const REQUEST = collectRequest.parse({
  provider: 'polygon',
  dataset: 'prices',
  subjects: ['AAPL', 'MSFT'],
  at: '2023-06-01T20:00:00Z',
  from: '2023-05-30',
  to: '2023-06-01',
});

async function withRun(): Promise<ApiWorld> {
  const world = new ApiWorld();
  const tally = new RunTally(REQUEST);
  tally.addMissing('MSFT', { fault: 'retry', message: 'HTTP 503' });
  tally.addDate('AAPL', '2023-06-01');
  const times = { startedAt: '2023-06-01T20:00:00.000Z', endedAt: '2023-06-01T20:01:00.000Z' };
  const record = tally.record(REQUEST.subjects, { ...times, planned: 2, answered: 2, files: [] });
  await world.runs.port().put(record, REQUEST);
  return world;
}

describe('operators', () => {
  test('see runs, what is planned, and what is left of quotas', async () => {
    const world = await withRun();
    await world.runs.port().take('fmp', { perMinute: 60, perDay: 250 }, API_NOW, API_NOW);
    const view = await (await world.ask('/collectors')).json();
    expect(view).toMatchObject({
      // Thursday evening: the run of that day is still to come.
      planned: [{ provider: 'polygon', dataset: 'prices', subjects: 2, next: '2023-06-01T23:00:00.000Z' }],
      runs: [{ provider: 'polygon', state: 'partial', missing: [{ subject: 'MSFT', fault: 'retry' }] }],
    });
    expect(view.quotas).toContainEqual({ provider: 'fmp', left: 249, of: 250 });
  });

  test('start a run', async () => {
    const world = await withRun();
    const body = { provider: 'yahoo', dataset: 'prices', subjects: ['TCS.NS'], from: '2023-05-01', to: '2023-05-31' };
    const answer = await world.ask('/collectors/runs', { method: 'POST', body });
    expect([answer.status, await answer.json()]).toEqual([
      202,
      { provider: 'yahoo', run: '20230601T220000000Z-prices' },
    ]);
    expect(world.started.map((one) => collectRequest.parse(one))).toMatchObject([
      { ...body, by: 'operator', role: 'primary' },
    ]);
  });

  test('start a run again, with the same tickers and dates', async () => {
    const world = await withRun();
    const path = '/collectors/polygon/runs/20230601T200000000Z-prices/again';
    expect((await world.ask(path, { method: 'POST' })).status).toBe(202);
    const { at: _at, by: _by, ...same } = REQUEST;
    expect(world.started).toMatchObject([{ ...same, by: 'operator', at: '2023-06-01T22:00:00.000Z' }]);
  });

  test.each([
    [
      'a dataset that the provider does not have',
      { provider: 'fred', dataset: 'news' },
      'expected macro or policy from FRED',
    ],
    ['prices without tickers', { provider: 'polygon', dataset: 'prices' }, 'expected tickers'],
    ['an unknown provider', { provider: 'nobody', dataset: 'news' }, 'provider'],
  ])('are told what is wrong with %s', async (_what, body, said) => {
    const answer = await (await withRun()).ask('/collectors/runs', { method: 'POST', body });
    expect([answer.status, (await answer.json()).detail]).toEqual([400, expect.stringContaining(said)]);
  });

  test('get a 404 for a run that there is not', async () => {
    const world = await withRun();
    for (const path of ['polygon/runs/x', 'nobody/runs/20230601T200000000Z-prices'])
      expect((await world.ask(`/collectors/${path}/again`, { method: 'POST' })).status).toBe(404);
  });
});

describe('facts of a ticker', () => {
  const jsonl = (...records: object[]) => records.map((one) => `${JSON.stringify(one)}\n`).join('');
  const article = (id: string, published: string, more: object = {}) => ({
    ticker: 'Ticker-1',
    provider: 'finnhub',
    id,
    published,
    headline: `News ${id}`,
    polarity: '0.5',
    subjectivity: '1',
    finance: '-1',
    ...more,
  });
  const item = (name: string, value: string, more: object = {}) => ({
    ticker: 'Ticker-1',
    provider: 'fmp',
    statement: 'income',
    date: '2022-12-31',
    period: 'FY',
    item: name,
    value,
    unit: 'USD',
    ...more,
  });

  async function withFacts(): Promise<ApiWorld> {
    const world = await withExamples();
    const add = (dataset: string, provider: string, date: string, ...records: object[]) =>
      dropAndIngest(world, collectedKey(dataset, provider, date), jsonl(...records));
    await add('news', 'finnhub', '2023-05-31', article('1', '2023-05-31T10:00:00Z'));
    await add(
      'news',
      'finnhub',
      '2023-06-01',
      article('2', '2023-06-01T10:00:00Z', { url: 'https://news.example/2', source: 'Wire' }),
      article('x', '2023-06-01T11:00:00Z', { ticker: 'Other' }),
    );
    await add('news', 'newsapi', '2023-06-01', article('2', '2023-06-01T10:00:00Z', { provider: 'newsapi' }));
    await add(
      'fundamentals',
      'fmp',
      '2023-05-28',
      item('revenue', '100', { date: '2021-12-31' }),
      item('revenue', '200'),
      item('other', '1'),
    );
    await add(
      'policy',
      'federal-reserve',
      '2023-05-29',
      { type: 'fomc', provider: 'federal-reserve', date: '2023-06-14', time: '14:00', title: 'Decision' },
      { type: 'fomc', provider: 'federal-reserve', date: '2023-05-03', title: 'Over' },
      { type: 'press', provider: 'federal-reserve', date: '2023-06-02', title: 'No plan' },
    );
    return world;
  }

  test('are its latest news, its figures and the next dates', async () => {
    const world = await withFacts();
    expect(await (await world.ask('/tickers/Ticker-1/facts')).json()).toEqual({
      news: [
        {
          headline: 'News 2',
          published: '2023-06-01T10:00:00Z',
          polarity: 0.5,
          finance: -1,
          url: 'https://news.example/2',
          source: 'Wire',
        },
        { headline: 'News 1', published: '2023-05-31T10:00:00Z', polarity: 0.5, finance: -1 },
      ],
      fundamentals: [{ name: 'Revenue', kind: 'money', value: '200', date: '2022-12-31', unit: 'USD' }],
      policy: [{ type: 'fomc', date: '2023-06-14', time: '14:00', title: 'Decision' }],
    });
  });

  test('do not come from a file that was revoked', async () => {
    const world = await withFacts();
    await ingest(world, command(world, 'fundamentals/fmp/2023-05-28.incremental', 'revoke'));
    expect((await (await world.ask('/tickers/Ticker-1/facts')).json()).fundamentals).toEqual([]);
  });

  test('are empty where nothing is collected', async () => {
    const world = await withExamples();
    expect(await (await world.ask('/tickers/Ticker-1/facts')).json()).toEqual({
      news: [],
      fundamentals: [],
      policy: [],
    });
    expect((await world.ask('/tickers/Nobody/facts')).status).toBe(404);
  });
});
