import { apiApp } from '../../lambdas/api/app.ts';
import { withExamples } from '../support/api-examples.ts';
import { API_SETTINGS, type ApiWorld } from '../support/api-world.ts';
import { dropAndIngest } from '../support/drops.ts';

describe('tickers', () => {
  test('are found by prefix, page by page, with their last close', async () => {
    const world = await withExamples();
    const first = await (await world.ask('/tickers?search=tick&limit=2')).json();
    expect(first).toEqual({
      tickers: [
        { ticker: 'Ticker-1', date: '2023-04-02', close: '95', dayChange: expect.closeTo(-0.05) },
        { ticker: 'Ticker-2', date: '2023-04-02', close: '100', dayChange: expect.closeTo(100 / 105 - 1) },
      ],
      next: 'Ticker-2',
    });
    const second = await (await world.ask(`/tickers?search=tick&limit=2&after=${first.next}`)).json();
    expect(second.tickers.map(({ ticker }: { ticker: string }) => ticker)).toEqual(
      ['Ticker-3', 'Ticker-Bad1'].slice(0, second.tickers.length),
    );
    expect(second.next).toBeUndefined();
    expect(await (await world.ask('/tickers?search=none')).json()).toEqual({ tickers: [] });
  });

  test('that were just delivered are found, although others are cached', async () => {
    const world = await withExamples();
    const app = apiApp(world.apiPorts(), API_SETTINGS);
    const search = async (prefix: string) =>
      (await (await world.ask(`/tickers?search=${prefix}`, { app })).json()).tickers.length;
    expect([await search('tick'), await search('new')]).toEqual([4, 0]);
    await dropAndIngest(world, '2023-04-03_incremental.csv', 'ticker,close,date,action\nNEW,1,2023-04-03,I\n');
    world.now += 2_000;
    expect(await search('new')).toBe(1);
  });

  test.each(['limit=0', 'limit=51', 'limit=x'])('refuse %s', async (query) => {
    expect((await (await withExamples()).ask(`/tickers?${query}`)).status).toBe(400);
  });
});

describe('prices', () => {
  const closes = async (world: ApiWorld, query: string) =>
    (await (await world.ask(`/tickers/Ticker-3/prices?${query}`)).json()).observations?.map(
      ({ date, close }: { date: string; close: string }) => `${date} ${close}`,
    );

  test('are exact, in a range, and as of any day', async () => {
    const world = await withExamples();
    expect(await closes(world, '')).toEqual(['2023-01-01 105', '2023-04-01 114', '2023-04-02 105']);
    expect(await closes(world, 'from=2023-04-01&to=2023-04-01')).toEqual(['2023-04-01 114']);
    expect(await closes(world, 'asOf=2023-04-01')).toEqual(['2023-01-01 105', '2023-04-01 1110']);
    expect(await closes(world, 'asOf=2023-04-02T19:59:59Z')).toEqual(['2023-01-01 105', '2023-04-01 1110']);
  });

  test('say on which exchange and in which currency they are', async () => {
    const world = await withExamples();
    await dropAndIngest(world, '2023-04-03_incremental.csv', 'ticker,close,date,action\nTCS.NS,3210.5,2023-04-03,I\n');
    const answer = async (ticker: string) => (await world.ask(`/tickers/${ticker}/prices`)).json();
    world.now = Date.parse('2023-04-03T14:00:00Z');
    expect(await answer('TCS.NS')).toMatchObject({ exchange: 'NSE', currency: 'INR', phase: 'closed' });
    expect(await answer('Ticker-3')).toMatchObject({ exchange: 'NYSE', currency: 'USD', phase: 'regular' });
  });

  test('list the versions of a date with their periods of validity', async () => {
    const world = await withExamples();
    const { versions } = await (
      await world.ask('/tickers/Ticker-3/prices?versions=true&from=2023-04-01&to=2023-04-01')
    ).json();
    expect(versions).toEqual([
      {
        date: '2023-04-01',
        close: '1110',
        delivery: '2023-04-01.history',
        validFrom: '2023-04-01T16:00:00-04:00',
        validTo: '2023-04-02T16:00:00-04:00',
      },
      {
        date: '2023-04-01',
        close: '114',
        delivery: '2023-04-02.incremental',
        validFrom: '2023-04-02T16:00:00-04:00',
        validTo: null,
      },
    ]);
  });

  test('are exported as CSV without formulas', async () => {
    const world = await withExamples();
    await dropAndIngest(
      world,
      '=cmd()/2023-04-03_incremental.csv',
      'ticker,close,date,action\nTicker-3,106,2023-04-03,I\n',
    );
    const response = await world.ask('/tickers/Ticker-3/prices', { headers: { accept: 'text/csv' } });
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    const lines = (await response.text()).split('\r\n');
    expect(lines[0]).toBe('date,close,delivery,suspect,corrects');
    expect(lines).toContain(`2023-04-03,106,"'=cmd()/2023-04-03.incremental",false,`);
  });

  test('that do not fit into an answer are a 413 with a hint', async () => {
    const world = await withExamples();
    const dates = Array.from({ length: 60_000 }, (_, i) =>
      new Date(Date.UTC(1850, 0, 1 + i)).toISOString().slice(0, 10),
    );
    const rows = dates.map((date, i) => `BIG,${i + 1},${date}\n`).join('');
    await dropAndIngest(world, '2023-05-01_history.csv', `ticker,close,date\n${rows}`);
    expect((await world.ask('/tickers/BIG/prices?versions=true')).status).toBe(413);
    expect((await world.ask('/tickers/BIG/prices?versions=true&from=2000-01-01')).status).toBe(200);
  });

  test('of an unknown ticker are a 404, of a retired one an empty list', async () => {
    const world = await withExamples();
    expect((await world.ask('/tickers/None/prices')).status).toBe(404);
    expect((await world.ask('/tickers/Ticker-3/prices?from=yesterday')).status).toBe(400);
    await dropAndIngest(world, '2023-04-04_incremental.csv', 'ticker,close,date,action\nTicker-3,,,D\n');
    expect(await closes(world, '')).toEqual([]);
  });
});

describe('the chart', () => {
  test('is the chart of the mail, with an ETag until something changes', async () => {
    const world = await withExamples();
    world.renderChart = async ({ ticker, theme }) => Buffer.from(`${ticker} ${theme}`);
    const response = await world.ask('/tickers/Ticker-1/chart.png?window=365&theme=dark');
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(await response.text()).toBe('Ticker-1 dark');
    const etag = response.headers.get('etag') ?? '';
    const again = await world.ask('/tickers/Ticker-1/chart.png?window=365&theme=dark', {
      headers: { 'if-none-match': etag },
    });
    expect(again.status).toBe(304);
    expect(
      (await world.ask('/tickers/Ticker-1/chart.png?window=30', { headers: { 'if-none-match': etag } })).status,
    ).toBe(200);
  });

  test.each([
    ['window=31', 400],
    ['theme=sepia', 400],
  ])('refuses %s', async (query, status) => {
    expect((await (await withExamples()).ask(`/tickers/Ticker-1/chart.png?${query}`)).status).toBe(status);
  });

  test('of an unknown ticker is a 404', async () => {
    expect((await (await withExamples()).ask('/tickers/None/chart.png')).status).toBe(404);
  });
});
