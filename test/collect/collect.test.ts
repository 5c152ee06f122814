import type { PROVIDER } from '../../lambdas/adapters/providers/providers.ts';
import type { VendorAnswer, VendorRequest } from '../../local/vendors/vendor.ts';
import { CollectWorld, FRIDAY } from '../support/collect-world.ts';
import { dropAndIngest, ingest } from '../support/drops.ts';

const FILE = 'polygon/2025-03-07_incremental.csv';
const DAY_MS = 86_400_000;
const prices = (subjects: string[], provider = 'polygon' as keyof typeof PROVIDER) => ({
  provider,
  dataset: 'prices' as const,
  subjects,
});
const rowsOf = (world: CollectWorld, key = FILE) => world.rows(key);
const closes = (world: CollectWorld, key = FILE) =>
  Object.fromEntries(rowsOf(world, key).map(({ ticker, date, close }) => [`${ticker} ${date}`, close]));

/** Changes one bar of Polygon's answers; undefined removes it. */
const withBar =
  (ticker: string, t: number, change: object | undefined) =>
  (world: CollectWorld) =>
  (request: VendorRequest): VendorAnswer | undefined => {
    if (!request.path.includes(`/${ticker}/`)) return undefined;
    const { body, ...answer } = world.right(request);
    const { results = [], ...others } = JSON.parse(body);
    const changed = results.flatMap((bar: { t: number }) =>
      bar.t === t ? (change ? [{ ...bar, ...change }] : []) : [bar],
    );
    return { ...answer, body: JSON.stringify({ ...others, results: changed }) };
  };
const midnight = (date: string): number => Date.parse(`${date}T05:00:00Z`);

describe('the file of a session', () => {
  test('has its bars, and those of the five sessions before that no file holds', async () => {
    const world = new CollectWorld();
    const record = await world.run(prices(['MSFT', 'AAPL']));
    expect(record).toMatchObject({
      state: 'success',
      subjects: 2,
      rows: 12,
      flags: ['delayed'],
      files: [{ key: FILE, changed: true }],
    });
    expect(rowsOf(world).map(({ ticker, date }) => `${ticker} ${date}`)).toEqual(
      ['AAPL', 'MSFT'].flatMap((ticker) =>
        ['2025-02-28', '2025-03-03', '2025-03-04', '2025-03-05', '2025-03-06', '2025-03-07'].map(
          (date) => `${ticker} ${date}`,
        ),
      ),
    );
    expect(record.watermarks).toEqual({ AAPL: '2025-03-07', MSFT: '2025-03-07' });
  });

  test('is applied by ingest like a file of a vendor', async () => {
    const world = new CollectWorld();
    await world.run(prices(['AAPL']));
    const [event] = world.events;
    if (!event) throw new Error('Expected an upload.');
    expect(await ingest(world.world, event)).toMatchObject({
      status: 'applied',
      report: { rows: { accepted: 6, quarantined: 0 } },
    });
  });

  test('does not change if the same is answered again', async () => {
    const world = new CollectWorld();
    await world.run(prices(['AAPL']));
    const again = await world.run(prices(['AAPL']));
    expect(again.files).toEqual([{ key: FILE, changed: false }]);
    expect(world.events).toHaveLength(1);
  });

  test('of the next day has only what differs from the files before', async () => {
    const world = new CollectWorld();
    await world.run(prices(['AAPL', 'MSFT']));
    world.now = FRIDAY + 3 * DAY_MS;
    world.fault = withBar('AAPL', midnight('2025-03-05'), { c: 99.5 })(world);
    await world.run(prices(['AAPL', 'MSFT']));
    const found = rowsOf(world, 'polygon/2025-03-10_incremental.csv').map(
      ({ ticker, date, action }) => `${ticker} ${date} ${action}`,
    );
    expect(found).toEqual(['AAPL 2025-03-05 I', 'AAPL 2025-03-10 I', 'MSFT 2025-03-10 I']);
  });

  test('deletes a close of an earlier file that the provider has taken back', async () => {
    const world = new CollectWorld();
    await world.run(prices(['AAPL']));
    world.now = FRIDAY + 3 * DAY_MS;
    world.fault = withBar('AAPL', midnight('2025-03-06'), undefined)(world);
    await world.run(prices(['AAPL']));
    expect(world.text('polygon/2025-03-10_incremental.csv')).toContain('AAPL,,2025-03-06,D,,,,,');
  });

  test('keeps what was not asked, and what was not answered', async () => {
    const world = new CollectWorld();
    await world.run(prices(['AAPL', 'MSFT']));
    const before = world.text(FILE);
    world.fault = ({ path }) => (path.includes('/AAPL/') ? { status: 500, body: 'oops' } : undefined);
    const record = await world.run(prices(['AAPL']));
    expect(record).toMatchObject({ state: 'failed', missing: [{ subject: 'AAPL', fault: 'retry' }], retries: 2 });
    expect(world.text(FILE)).toBe(before);
  });

  test('loses a row only if the provider answers for that session without it', async () => {
    const world = new CollectWorld();
    await world.run(prices(['AAPL', 'MSFT']));
    world.fault = ({ path }) =>
      path.includes('/AAPL/') ? { status: 200, body: '{"status":"OK","resultsCount":0}' } : undefined;
    const empty = await world.run(prices(['AAPL', 'MSFT']));
    expect(empty).toMatchObject({ state: 'partial', missing: [{ subject: 'AAPL', fault: 'not-found' }] });
    expect(closes(world)['AAPL 2025-03-07']).toBeDefined();
    world.fault = withBar('AAPL', midnight('2025-03-07'), undefined)(world);
    await world.run(prices(['AAPL', 'MSFT']));
    expect(closes(world)['AAPL 2025-03-07']).toBeUndefined();
    expect(closes(world)['MSFT 2025-03-07']).toBeDefined();
  });

  test('deletes its rows by name if none is left, since ingest refuses an empty file', async () => {
    const world = new CollectWorld();
    world.now = FRIDAY - DAY_MS;
    await world.run(prices(['AAPL']));
    world.now = FRIDAY;
    await world.run(prices(['AAPL']));
    world.fault = withBar('AAPL', midnight('2025-03-07'), undefined)(world);
    await world.run(prices(['AAPL']));
    expect(rowsOf(world)).toMatchObject([{ ticker: 'AAPL', date: '2025-03-07', action: 'D' }]);
    const outcome = await dropAndIngest(world.world, FILE, world.text(FILE) ?? '', '2025-03-08T00:00:00Z');
    expect(outcome).toMatchObject({ status: 'applied' });
  });

  test('is refused with its name if somebody else wrote it', async () => {
    const world = new CollectWorld();
    world.world.objects.set(FILE, { etag: 'x', content: 'Ticker;Close\nAAPL;1\n' });
    await expect(world.run(prices(['AAPL']))).rejects.toThrow(`Expected the header ticker,Closing Val`);
  });
});

describe('an odd answer', () => {
  test.each([
    ['no close', { c: 0 }],
    ['a text for a close', { c: 'n/a' }],
    ['nothing', { c: null }],
  ])('of %s takes back nothing, and is named', async (_what, change) => {
    const world = new CollectWorld();
    await world.run(prices(['AAPL', 'MSFT']));
    const before = world.text(FILE);
    world.fault = withBar('AAPL', midnight('2025-03-07'), change)(world);
    const record = await world.run(prices(['AAPL', 'MSFT']));
    expect(record).toMatchObject({ state: 'partial', rejected: 1, missing: [{ subject: 'AAPL', fault: 'shape' }] });
    expect(world.text(FILE)).toBe(before);
  });

  test('a row of Yahoo without a close takes back nothing', async () => {
    const world = new CollectWorld();
    await world.run(prices(['AAPL'], 'yahoo'));
    const key = 'yahoo/2025-03-07_incremental.csv';
    const before = world.text(key);
    world.fault = (request) => {
      const json = JSON.parse(world.right(request).body);
      json.chart.result[0].indicators.quote[0].close = json.chart.result[0].indicators.quote[0].close.map(
        (close: number, i: number, all: number[]) => (i === all.length - 1 ? null : close),
      );
      return { status: 200, body: JSON.stringify(json) };
    };
    await world.run(prices(['AAPL'], 'yahoo'));
    expect(world.text(key)).toBe(before);
  });

  test('a name that is no ticker costs no other', async () => {
    const world = new CollectWorld();
    const record = await world.run(prices(['=1+1', 'A"B', 'A\nB', 'MSFT']));
    expect(record).toMatchObject({ state: 'partial', missingCount: 3 });
    const outcome = await dropAndIngest(world.world, FILE, world.text(FILE) ?? '');
    expect(outcome).toMatchObject({ status: 'applied', report: { tickers: 1, rows: { quarantined: 0 } } });
  });
});

describe('a range', () => {
  test('corrects what the file of its last date has, and deletes what was taken back', async () => {
    const world = new CollectWorld();
    world.fault = withBar('AAPL', midnight('2025-03-05'), { c: 99 })(world);
    await world.run(prices(['AAPL']));
    world.fault = withBar('AAPL', midnight('2025-03-06'), undefined)(world);
    await world.run({ ...prices(['AAPL']), from: '2025-01-02', to: '2025-03-07' });
    const rows = new Map(rowsOf(world).map((row) => [row.date, row]));
    const right = new CollectWorld();
    await right.run(prices(['AAPL']));
    expect(rows.get('2025-03-05')?.close).toBe(closes(right)['AAPL 2025-03-05']);
    expect(rows.get('2025-03-06')).toBeUndefined();
  });

  test('and then a correction of one close: the file does not shrink, so that it is not held', async () => {
    const world = new CollectWorld();
    const tickers = ['A', 'B', 'C', 'D', 'E', 'F'];
    await world.run(prices(tickers));
    await world.run({ ...prices(tickers), from: '2025-01-02', to: '2025-03-06' });
    world.fault = withBar('A', midnight('2025-03-07'), { c: 99.5 })(world);
    await world.run(prices(tickers));
    for (const event of world.events)
      expect(await ingest(world.world, event)).toMatchObject({ status: expect.stringMatching(/applied|gone/) });
    expect(closes(world)['A 2025-03-07']).toBe('99.5');
    expect(rowsOf(world)).toHaveLength(36);
  });
});

describe('sessions', () => {
  test('a session that has not ended has no close', async () => {
    const world = new CollectWorld();
    // Friday 15:59 in New York.
    world.now = Date.parse('2025-03-07T20:59:00Z');
    await world.run(prices(['AAPL']));
    expect(world.text(FILE)).toBeUndefined();
    expect(rowsOf(world, 'polygon/2025-03-06_incremental.csv').at(-1)).toMatchObject({ date: '2025-03-06' });
  });

  test('each ticker has the calendar of its exchange', async () => {
    const world = new CollectWorld();
    // Friday, 14 March 2025 was Holi: NSE was closed.
    world.now = Date.parse('2025-03-14T23:00:00Z');
    await world.run(prices(['AAPL', 'TCS.NS'], 'yahoo'));
    const [american, indian] = ['2025-03-14', '2025-03-13'].map((date) =>
      rowsOf(world, `yahoo/${date}_incremental.csv`),
    );
    expect(new Set(american?.map(({ ticker }) => ticker))).toEqual(new Set(['AAPL']));
    expect(indian?.at(-1)).toMatchObject({ ticker: 'TCS.NS', date: '2025-03-13' });
  });

  test('a range of sessions is one history file', async () => {
    const world = new CollectWorld();
    await world.run({ ...prices(['AAPL', 'MSFT']), from: '2025-01-02', to: '2025-03-07' });
    const [event] = world.events;
    expect([world.events.length, event?.file.key]).toEqual([1, 'polygon/2025-03-07_history.csv.gz']);
    if (!event) throw new Error('Expected an upload.');
    const outcome = await ingest(world.world, event);
    // Three pages for each ticker; 9 January was a day of mourning, but the recorded vendor has a bar.
    expect(outcome).toMatchObject({ status: 'applied', report: { tickers: 2, rows: { quarantined: 0 } } });
    expect(world.asked.filter((url) => url.includes('cursor'))).toHaveLength(6);
    // The next file needs nothing of what the history holds.
    world.now = FRIDAY + 3 * DAY_MS;
    await world.run(prices(['AAPL', 'MSFT']));
    expect(rowsOf(world, 'polygon/2025-03-10_incremental.csv')).toHaveLength(2);
  });
});

describe('closes', () => {
  test('of two providers are equal', async () => {
    const found = await Promise.all(
      (['polygon', 'yahoo', 'fmp', 'alpha-vantage'] as const).map(async (provider) => {
        const world = new CollectWorld();
        await world.run(prices(['AAPL'], provider));
        return closes(world, `${provider}/2025-03-07_incremental.csv`);
      }),
    );
    expect(Object.keys(found[0] ?? {})).toHaveLength(6);
    for (const other of found) expect(other).toEqual(found[0]);
  });

  test.each(['yahoo', 'fmp'] as const)('of %s are raw, also before a split', async (provider) => {
    const [adjusted, raw] = [new CollectWorld(), new CollectWorld()];
    for (const world of [adjusted, raw]) world.vendors.splits.set('AAPL', { date: '2025-03-05', ratio: 4 });
    await adjusted.run(prices(['AAPL'], provider));
    await raw.run(prices(['AAPL']));
    expect(closes(adjusted, `${provider}/2025-03-07_incremental.csv`)).toEqual(closes(raw));
    const splits = (world: CollectWorld, key: string) => rowsOf(world, key).filter(({ split }) => split !== '');
    for (const [world, feed] of [
      [adjusted, provider],
      [raw, 'polygon'],
    ] as const)
      expect(splits(world, `${feed}/2025-03-07_incremental.csv`)).toMatchObject([{ date: '2025-03-05', split: '4' }]);
  });

  test('before the last session are left alone if the splits are not known', async () => {
    const world = new CollectWorld();
    world.fault = ({ path }) => (path === '/stable/splits' ? { status: 402, body: 'Premium' } : undefined);
    const record = await world.run(prices(['AAPL'], 'fmp'));
    expect(record).toMatchObject({ state: 'partial', missing: [{ subject: 'AAPL', fault: 'plan' }] });
    expect(rowsOf(world, 'fmp/2025-03-07_incremental.csv').map(({ date }) => date)).toEqual(['2025-03-07']);
  });

  test('of a check reach the lake and the record, but no file of prices', async () => {
    const world = new CollectWorld();
    await world.run(prices(['AAPL']));
    for (const event of world.events) await ingest(world.world, event);
    world.events.length = 0;
    world.fault = ({ path, host }) =>
      host === 'financialmodelingprep.com' && path.includes('historical')
        ? { status: 200, body: fmpBar(62) }
        : undefined;
    const record = await world.run({ ...prices(['AAPL'], 'fmp'), role: 'check' });
    expect(record).toMatchObject({
      compared: 1,
      differing: 1,
      differences: [{ ticker: 'AAPL', date: '2025-03-07', other: '62' }],
    });
    expect(world.events.map(({ file }) => file.key)).toEqual(['checks/fmp/2025-03-07_incremental.jsonl']);
    const [event] = world.events;
    if (!event) throw new Error('Expected an upload.');
    expect(await ingest(world.world, event)).toMatchObject({
      status: 'applied',
      report: { changedTickers: 0, rows: { accepted: 1 } },
    });
  });
});

const fmpBar = (close: number) => JSON.stringify([{ symbol: 'AAPL', date: '2025-03-07', close, volume: 1 }]);

test('two runs of one provider at a time share its pace, and neither loses a ticker', async () => {
  const alone = new CollectWorld();
  const subjects = Array.from({ length: 60 }, (_, i) => `T${i}`);
  await alone.run(prices(subjects));
  const beside = new CollectWorld();
  const ports = beside.ports();
  const takeBoth: typeof ports.runs.take = async (...turn) => {
    await ports.runs.take(...turn);
    return ports.runs.take(...turn);
  };
  const record = await beside.run(prices(subjects), { ...ports, runs: { ...ports.runs, take: takeBoth } });
  expect(beside.hops).toBeGreaterThan(alone.hops);
  expect(record).toMatchObject({ answered: record.planned, missingCount: 0 });
  expect(beside.text(FILE)).toBe(alone.text(FILE));
  // What was answered is not asked again.
  expect([...beside.asked].sort()).toEqual([...alone.asked].sort());
});
