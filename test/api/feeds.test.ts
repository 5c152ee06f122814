import type { FeedProfile, FeedsView, TriedAnswer, Upload } from '../../lambdas/contracts/api/feeds.ts';
import { MAX_UPLOAD_BYTES } from '../../lambdas/contracts/try-limits.ts';
import { ADA, withExamples } from '../support/api-examples.ts';
import { API_SETTINGS, ApiWorld } from '../support/api-world.ts';
import { dropAndIngest } from '../support/drops.ts';
import { closesOf } from '../support/outcomes.ts';

test('operators see which file is due, and what arrived', async () => {
  const world = await withExamples();
  const feeds = async (): Promise<FeedsView['feeds']> => (await (await world.ask('/feeds')).json()).feeds;
  const last = { fileDate: '2023-06-01', dueAt: '2023-06-01T22:00:00.000Z' };
  const next = { fileDate: '2023-06-02', dueAt: '2023-06-02T22:00:00.000Z' };
  await dropAndIngest(world, 'eu/prices of today.csv', 'ticker,close,date,action\n');
  expect(await feeds()).toEqual([{ feed: 'eu', last, next }]);
  await dropAndIngest(world, 'eu/2023-06-01_history.csv', 'ticker,close,date,action\nA,1,2023-06-01,I\n');
  expect(await feeds()).toMatchObject([
    { feed: 'eu', last: { ...last, arrived: { delivery: 'eu/2023-06-01.history', state: 'applied' } }, next },
  ]);
});

const put = (world: ApiWorld, feed: string, basedOn: number, profile: object, as = ADA) =>
  world.ask(`/profile?feed=${feed}`, { method: 'PUT', as, body: { basedOn, profile } });

describe('the profile of a feed', () => {
  test('is stored version by version; two operators do not overwrite each other', async () => {
    const world = new ApiWorld();
    const empty: FeedProfile = await (await world.ask('/profile?feed=eu')).json();
    expect(empty).toEqual({ feed: 'eu', version: 0, profile: {} });
    expect((await put(world, 'eu', 0, { dateFormat: 'dd/mm/yyyy' })).status).toBe(200);
    expect((await put(world, 'eu', 0, { dateFormat: 'mm/dd/yyyy' })).status).toBe(409);
    expect((await put(world, 'eu', 1, { unit: 'pence' })).status).toBe(200);
    const found: FeedProfile = await (await world.ask('/profile?feed=eu')).json();
    expect(found).toMatchObject({ version: 2, profile: { unit: 'pence' } });
    expect(JSON.stringify(found)).not.toContain(ADA);
    // Neither the top level nor a feed inside of it has that profile.
    for (const feed of ['', 'eu/xetra'])
      expect(await (await world.ask(`/profile?feed=${feed}`)).json()).toMatchObject({ version: 0 });
  });

  test.each([
    [{ timeZone: 'Mars/Olympus' }, /IANA time zone/],
    [{ decimalMark: ';' }, /decimalMark/],
    [{ surprise: 1 }, /surprise/],
    [{ limits: { badRows: 2 } }, /badRows/],
  ])('that is invalid is refused: %j', async (profile, detail) => {
    const answer = await put(new ApiWorld(), '', 0, profile);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { detail: string }).detail).toMatch(detail);
  });

  test('settles what was ambiguous: the same file uploaded again is read anew', async () => {
    const world = new ApiWorld();
    const content = 'ticker;close;date;action\nA;1.234;2020-01-09;I\nB;5.678;2020-01-09;I\n';
    const rejected = await dropAndIngest(world, 'eu/2020-01-10_incremental.csv', content);
    expect(rejected).toMatchObject({
      status: 'rejected',
      report: { answers: [{ profile: { decimalMark: '.' } }, {}] },
    });
    await put(world, 'eu', 0, { decimalMark: ',' });
    const applied = await dropAndIngest(world, 'eu/2020-01-10_incremental.csv', content);
    expect(applied).toMatchObject({ status: 'applied', report: { reading: { profile: 1 } } });
    expect(closesOf(world, 'A')).toEqual(['2020-01-09 1234']);
    expect(await dropAndIngest(world, 'eu/2020-01-10_incremental.csv', content)).toMatchObject({ status: 'repeat' });
    await put(world, 'eu', 1, { decimalMark: '.' });
    expect(await dropAndIngest(world, 'eu/2020-01-10_incremental.csv', content)).toMatchObject({ status: 'applied' });
    expect(closesOf(world, 'A')).toEqual(['2020-01-09 1.234']);
  });
});

describe('a file that is tried', () => {
  const tryIt = async (world: ApiWorld, query: string, body: string) =>
    world.ask(`/deliveries/try?${query}`, { method: 'POST', body });

  test('is read and compared, and nothing is applied', async () => {
    const world = await withExamples();
    const before = structuredClone([...world.segments]);
    const text = 'ticker,close,date,action\nTicker-1,95,2023-04-02,I\nTicker-2,7,2023-04-02,I\nNEW,1,2023-04-02,I\n';
    const tried: TriedAnswer = await (await tryIt(world, 'name=2023-04-03_incremental.csv', text)).json();
    expect(tried).toMatchObject({
      state: 'applied',
      rows: { accepted: 3 },
      reading: { columns: { ticker: 'ticker', close: 'close', date: 'date', action: 'action' } },
      changes: { tickers: 3, added: 1, changed: 1, unchanged: 1, deleted: 0, isAll: true },
    });
    expect(tried.observations).toHaveLength(3);
    expect([...world.segments]).toEqual(before);
  });

  test('may be uploaded before, if it is larger than a request', async () => {
    const world = await withExamples();
    const { upload, url }: Upload = await (await world.ask('/deliveries/try/uploads', { method: 'POST' })).json();
    expect(url).toContain(upload);
    const query = `name=2023-04-03_incremental.csv&upload=${upload}`;
    expect((await tryIt(world, query, '')).status).toBe(404);
    world.tried.set(upload, Buffer.from('ticker,close,date,action\nTicker-1,7,2023-04-03,I\n'));
    expect(await (await tryIt(world, query, '')).json()).toMatchObject({ state: 'applied', changes: { added: 1 } });
    world.tried.set(upload, Buffer.alloc(MAX_UPLOAD_BYTES + 1));
    expect((await tryIt(world, query, '')).status).toBe(413);
    expect((await tryIt(world, 'name=2023-04-03_incremental.csv&upload=../x', '')).status).toBe(400);
  });

  test('is read under a profile that is tried with it', async () => {
    const text = 'ticker;close;date\nA;1.234;2020-01-09\n';
    const query = 'name=2020-01-10_history.csv';
    const asked: TriedAnswer = await (await tryIt(new ApiWorld(), query, text)).json();
    expect(asked).toMatchObject({ state: 'rejected', answers: [{}, { profile: { decimalMark: ',' } }] });
    const profile = encodeURIComponent(JSON.stringify(asked.answers[1]?.profile));
    const settled: TriedAnswer = await (await tryIt(new ApiWorld(), `${query}&profile=${profile}`, text)).json();
    expect(settled.observations).toEqual([{ ticker: 'A', date: '2020-01-09', close: '1234' }]);
  });

  test('needs a name that ingest would accept', async () => {
    const answer = await tryIt(new ApiWorld(), 'name=prices.xlsx', 'x');
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      400,
      expect.stringMatching(/not a workbook/),
    ]);
    const large = await tryIt(new ApiWorld(), 'name=2020-01-10_history.csv', 'x'.repeat(4_500_001));
    expect(large.status).toBe(413);
    expect(API_SETTINGS.maxFileBytes).toBeGreaterThan(5_000_000);
  });
});
