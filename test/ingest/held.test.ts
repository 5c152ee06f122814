import { command, drop, dropAndIngest, ingest } from '../support/drops.ts';
import { sendAll } from '../support/fan-outs.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { closesOf, refreshedIn } from '../support/outcomes.ts';
import { aSubscriber } from '../support/subscribers.ts';

const KEY = '2020-01-10_incremental.csv';
const ID = '2020-01-10.incremental';

/** A file with a close of each ticker T0 … */
const file = (tickers: number, close = 1, date = '2020-01-10') => {
  const rows = Array.from({ length: tickers }, (_, i) => `T${i},${close + i},${date},I\n`);
  return `ticker,close,date,action\n${rows.join('')}`;
};

describe('a file with far fewer rows than the one it would replace', () => {
  const shortened = async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, KEY, file(20), '2020-01-10T21:00:00Z');
    const event = drop(world, KEY, file(9, 5), '2020-01-10T22:00:00Z');
    const outcome = await ingest(world, event);
    return { world, event, outcome };
  };

  test('is held: nothing changes, and nobody is mailed', async () => {
    const { world, outcome } = await shortened();
    expect(outcome).toMatchObject({
      status: 'held',
      report: {
        changedTickers: 0,
        checks: { decision: 'hold', rows: 9, replaces: { rows: 20, tickers: 20 }, missingTickers: { count: 11 } },
      },
    });
    expect(closesOf(world, 'T0')).toEqual(['2020-01-10 1']);
    expect(refreshedIn(world)).toHaveLength(1);
    expect(world.deliveries.get(ID)).toMatchObject({ state: 'held', applied: { counts: { accepted: 20 } } });
  });

  test('is applied when it is released', async () => {
    const { world } = await shortened();
    expect(await ingest(world, command(world, ID, 'release'))).toMatchObject({ status: 'applied' });
    expect([closesOf(world, 'T0'), closesOf(world, 'T19')]).toEqual([['2020-01-10 5'], []]);
  });

  test('is superseded by a newer file, also for a release that comes late', async () => {
    const { world } = await shortened();
    const release = command(world, ID, 'release', '2020-01-10T22:30:00.000Z');
    await dropAndIngest(world, KEY, file(20, 7), '2020-01-10T23:00:00Z');
    expect(await ingest(world, release)).toMatchObject({ status: 'superseded' });
    expect(closesOf(world, 'T0')).toEqual(['2020-01-10 7']);
  });

  test('supersedes nothing: an older file that arrives late is applied', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, KEY, file(20), '2020-01-10T21:00:00Z');
    const late = drop(world, KEY, file(21, 3), '2020-01-10T21:30:00Z');
    const content = world.objects.get(KEY);
    await dropAndIngest(world, KEY, file(9, 5), '2020-01-10T22:00:00Z');
    if (content) world.objects.set(KEY, content);
    expect(await ingest(world, late)).toMatchObject({ status: 'applied' });
    expect(closesOf(world, 'T0')).toEqual(['2020-01-10 3']);
  });

  test('stays held when its event comes again, and when it is retried under other circumstances', async () => {
    const { world, event } = await shortened();
    expect(await ingest(world, event)).toMatchObject({ status: 'repeat' });
    const key = [...world.records.keys()].find((one) => one.endsWith(`${event.revision}/checks.json`)) ?? '';
    const before = world.records.get(key);
    const record = world.deliveries.get(ID);
    // As if the first try had crashed after its checks.
    if (record?.applied)
      world.deliveries.set(ID, { ...record, state: 'received', applied: { ...record.applied, isRevocation: true } });
    expect(await ingest(world, event)).toMatchObject({ status: 'held' });
    expect(world.records.get(key)).toBe(before);
  });

  test('waits also if an older held file is released, or an older one is applied', async () => {
    const { world } = await shortened();
    const older = command(world, ID, 'release', '2020-01-10T22:30:00.000Z');
    const newer = drop(world, KEY, file(8, 6), '2020-01-10T23:00:00Z');
    expect(await ingest(world, newer)).toMatchObject({ status: 'held' });
    world.objects.set(KEY, { etag: older.file.etag, content: file(9, 5) });
    expect(await ingest(world, older)).toMatchObject({ status: 'applied' });
    expect(world.deliveries.get(ID)).toMatchObject({ state: 'applied', held: { revision: newer.revision } });
    world.objects.set(KEY, { etag: newer.file.etag, content: file(8, 6) });
    expect(await ingest(world, command(world, ID, 'release'))).toMatchObject({ status: 'applied' });
    expect(closesOf(world, 'T0')).toEqual(['2020-01-10 6']);
    expect(world.deliveries.get(ID)?.held).toBeUndefined();
  });

  test('is held again if a newer file is gone after a failed try', async () => {
    const { world } = await shortened();
    const gone = drop(world, KEY, file(30, 9), '2020-01-10T23:00:00Z');
    const ports = world.ports();
    const failing = { ...ports, drop: { read: () => Promise.reject(new Error('fault')) } };
    await ingest(world, gone, { ports: failing }).catch(() => 0);
    world.objects.delete(KEY);
    expect(await ingest(world, gone)).toMatchObject({ status: 'gone' });
    expect(world.deliveries.get(ID)).toMatchObject({ state: 'held', held: { counts: { accepted: 9 } } });
  });

  test('is released under the profile under which it was held', async () => {
    const { world } = await shortened();
    const saved = {
      feed: '',
      version: 1,
      savedAt: '',
      savedBy: '',
      profile: { filter: { column: 'ticker', equals: 'T0' } },
    };
    world.records.set('profiles/v000001.json', Buffer.from(JSON.stringify(saved)));
    const outcome = await ingest(world, command(world, ID, 'release'));
    expect(outcome).toMatchObject({ status: 'applied', report: { rows: { accepted: 9 }, reading: { profile: 0 } } });
  });

  test('can be revoked and replaced', async () => {
    const { world } = await shortened();
    expect(await ingest(world, command(world, ID, 'revoke'))).toMatchObject({ status: 'revoked' });
    expect(closesOf(world, 'T0')).toEqual([]);
  });
});

test.each([
  [19, 1],
  [20, 10],
])('a file of %d rows may be replaced by one of %d', async (before, after) => {
  const world = new MemoryWorld();
  await dropAndIngest(world, KEY, file(before), '2020-01-10T21:00:00Z');
  expect(await dropAndIngest(world, KEY, file(after, 5), '2020-01-10T22:00:00Z')).toMatchObject({ status: 'applied' });
});

describe('operators are warned', () => {
  const rows = (date: string, closes: Record<string, number>) =>
    `ticker,close,date,action\n${Object.entries(closes)
      .map(([ticker, close]) => `${ticker},${close},${date},I\n`)
      .join('')}`;

  test('of tickers that are missing, and of those that only changed their notation', async () => {
    const world = new MemoryWorld();
    for (const [address, ticker] of Object.entries({
      'ada@example.com': 'BF.B',
      'bob@example.com': 'BRK.B',
      'cyd@example.com': 'KO',
    }))
      world.subscribers.push(aSubscriber({ address, tickers: { [ticker]: { window: 30 } } }));
    const history = 'ticker,close,date\nBRK.B,210.5,2020-01-10\nBRK.B,211.9,2020-01-13\nBF.B,66,2020-01-13\n';
    await dropAndIngest(world, '2020-01-13_history.csv', history);
    const next = rows('2020-01-14', { 'BRK-B': 215.1, 'BF-B': 67.1 });
    expect(await dropAndIngest(world, '2020-01-14_incremental.csv', next)).toMatchObject({
      status: 'applied',
      report: {
        checks: {
          comparedWith: '2020-01-13.history',
          newTickers: { count: 2, first: ['BF-B', 'BRK-B'] },
          missingTickers: { count: 2, first: ['BF.B', 'BRK.B'] },
          likelyRenames: [
            { from: 'BF.B', to: 'BF-B' },
            { from: 'BRK.B', to: 'BRK-B' },
          ],
          followers: 2,
          warnings: ['2 of 2 tickers of 2020-01-13.history missing: BF.B, BRK.B. Subscribers who follow them: 2'],
        },
      },
    });
  });

  test('of a day without a change', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, '2020-01-09_incremental.csv', file(12, 1, '2020-01-09'));
    expect(await dropAndIngest(world, KEY, file(12))).toMatchObject({
      report: {
        checks: { unchangedCloses: { count: 12, of: 12 }, warnings: ['12 of 12 closes equal the ones before'] },
      },
    });
  });

  test('of closes that moved by more than half', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, '2020-01-09_incremental.csv', file(12, 1, '2020-01-09'));
    expect(await dropAndIngest(world, KEY, file(12, 100))).toMatchObject({
      report: {
        checks: {
          suspectCloses: { count: 12, of: 12 },
          warnings: ['12 of 12 closes moved by more than half since the ones before'],
        },
      },
    });
  });

  describe('of sessions without a file', () => {
    const checksAfter = async (before: string, content = file(12, 2)) => {
      const world = new MemoryWorld();
      await dropAndIngest(world, `${before}_incremental.csv`, file(12, 1, before));
      const outcome = await dropAndIngest(world, KEY, content);
      return 'report' in outcome ? outcome.report.checks : undefined;
    };

    test('between two files', async () => {
      expect(await checksAfter('2020-01-07')).toMatchObject({
        missingSessions: ['2020-01-08', '2020-01-09'],
        warnings: ['no file of the sessions 2020-01-08, 2020-01-09, after 2020-01-07.incremental'],
      });
    });

    test.each([
      ['if there is none between', '2020-01-09', undefined],
      ['if the file has their closes', '2020-01-07', `${file(12, 2)}T0,1,2020-01-08,I\nT0,1,2020-01-09,I\n`],
    ])('not %s', async (_why, before, content) => {
      expect(await checksAfter(before, content)).toMatchObject({ missingSessions: [], warnings: [] });
    });

    test('not if a file of the session was rejected: that has its own alarm', async () => {
      const world = new MemoryWorld();
      await dropAndIngest(world, '2020-01-08_incremental.csv', file(12, 1, '2020-01-08'));
      await dropAndIngest(world, '2020-01-09_incremental.csv', 'nonsense');
      expect(await dropAndIngest(world, KEY, file(12, 2))).toMatchObject({
        report: { checks: { comparedWith: '2020-01-08.incremental', missingSessions: [], warnings: [] } },
      });
    });

    test('not in a year whose holidays are not known', async () => {
      const world = new MemoryWorld();
      const of = (date: string) => `ticker,close,date,action\nTCS.NS,5,${date},I\n`;
      await dropAndIngest(world, '2030-01-07_incremental.csv', of('2030-01-07'), '2030-01-07T12:00:00Z');
      const later = await dropAndIngest(world, '2030-01-10_incremental.csv', of('2030-01-10'), '2030-01-10T12:00:00Z');
      expect(later).toMatchObject({ report: { checks: { missingSessions: [] } } });
    });

    test('not over a weekend', async () => {
      const world = new MemoryWorld();
      await dropAndIngest(world, KEY, file(12));
      const monday = await dropAndIngest(world, '2020-01-13_incremental.csv', file(12, 2, '2020-01-13'));
      expect(monday).toMatchObject({ report: { checks: { missingSessions: [], warnings: [] } } });
    });

    test('not if the profile of the feed allows it', async () => {
      const world = new MemoryWorld();
      await dropAndIngest(world, '2020-01-07_incremental.csv', file(12, 1, '2020-01-07'));
      const saved = { feed: '', version: 1, savedAt: '', savedBy: '', profile: { limits: { missingSessions: 1 } } };
      world.records.set('profiles/v000001.json', Buffer.from(JSON.stringify(saved)));
      expect(await dropAndIngest(world, KEY, file(12, 2))).toMatchObject({ report: { checks: { warnings: [] } } });
    });
  });

  test.each([
    ['of a jump that looks like a split, once the next close confirms it', {}, 1],
    ['not if it comes back', { B: 410 }, 0],
  ])('%s', async (_what, third, asked) => {
    const world = new MemoryWorld();
    const days = [
      { A: 400, B: 400, C: 50 },
      { A: 410, B: 100, C: 51 },
      { A: 411, B: 101, C: 52, ...third },
      { A: 412, B: 102, C: 53 },
    ];
    const found = [];
    for (const [i, closes] of days.entries()) {
      const date = `2020-01-${10 + i}`;
      const outcome = await dropAndIngest(world, `${date}_incremental.csv`, rows(date, closes));
      found.push('report' in outcome ? outcome.report.checks : undefined);
    }
    expect(found[1]).toMatchObject({
      jumps: [{ ticker: 'B', date: '2020-01-11', was: '400', close: '100' }],
      warnings: [],
    });
    expect(found[2]?.warnings).toHaveLength(asked);
    if (asked) expect(found[2]?.warnings[0]).toMatch(/^B may be a 4:1 split on 2020-01-11 \(400, then 100 and 101\)/);
    expect(found[3]?.warnings).toEqual([]);
  });

  test.each([
    ['inside one file', [['B,100,2020-01-11,I', 'B,101,2020-01-12,I']], /^B may be a 4:1 split on 2020-01-11/],
    [
      'after a day without the ticker',
      [['B,100,2020-01-11,I'], ['A,401,2020-01-12,I'], ['B,101,2020-01-13,I']],
      /^B may/,
    ],
    ['beside older rows', [['B,100,2020-01-11,I'], ['B,399,2020-01-10,U', 'B,101,2020-01-12,I']], /^B may/],
    [
      'after a file that only corrects older rows',
      [['B,100,2020-01-11,I'], ['B,399,2020-01-10,U', 'A,402,2020-01-12,I'], ['B,101,2020-01-13,I']],
      /^B may/,
    ],
    [
      'not if the jump was corrected',
      [['B,100,2020-01-11,I'], ['B,400,2020-01-11,U', 'B,150,2020-01-12,I']],
      undefined,
    ],
  ])('of a split %s', async (_what, files, question) => {
    const world = new MemoryWorld();
    await dropAndIngest(world, '2020-01-10_incremental.csv', rows('2020-01-10', { A: 400, B: 400 }));
    let last: string[] = [];
    for (const [i, lines] of files.entries()) {
      const content = ['ticker,close,date,action', 'A,400,2020-01-10,I', ...lines].join('\n');
      const outcome = await dropAndIngest(world, `2020-01-${12 + i}_incremental.csv`, content);
      last = 'report' in outcome ? (outcome.report.checks?.warnings ?? []) : [];
    }
    const questions = last.filter((warning) => warning.includes('may be'));
    expect(questions).toEqual(question ? [expect.stringMatching(question)] : []);
  });

  test('not of a ticker that has a new name in this file', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, '2020-01-10_incremental.csv', rows('2020-01-10', { 'BRK.B': 210, KO: 60 }));
    await dropAndIngest(
      world,
      'declared/2020-01-10_incremental.csv',
      'action,ticker,date,value\nR,BRK-B,2020-01-13,BRK.B\n',
    );
    const next = rows('2020-01-13', { 'BRK-B': 211, KO: 61 });
    expect(await dropAndIngest(world, '2020-01-13_incremental.csv', next)).toMatchObject({
      report: { checks: { warnings: [], missingTickers: { count: 0 }, newTickers: { count: 0 }, likelyRenames: [] } },
    });
  });

  test('not of a split that was declared, by the vendor or by an operator', async () => {
    const world = new MemoryWorld();
    const split = (date: string, ...lines: string[]) =>
      `ticker,close,date,action,split\n${lines.map((line) => `${line.replace('DATE', date)}\n`).join('')}`;
    await dropAndIngest(world, '2020-01-10_incremental.csv', rows('2020-01-10', { A: 400, B: 400 }));
    await dropAndIngest(world, '2020-01-11_incremental.csv', split('2020-01-11', 'A,100,DATE,I,4', 'B,100,DATE,I,'));
    await dropAndIngest(world, 'declared/2020-01-11_incremental.csv', 'action,ticker,date,value\nS,B,2020-01-11,4\n');
    expect(
      await dropAndIngest(world, '2020-01-12_incremental.csv', rows('2020-01-12', { A: 101, B: 101 })),
    ).toMatchObject({
      report: { checks: { probableSplits: [], warnings: [] } },
    });
  });

  test('not by a correction of a few tickers, nor by another feed', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, '2020-01-09_incremental.csv', file(30, 1, '2020-01-09'));
    const correction = 'ticker,close,date,action\nT1,7,2020-01-09,U\n';
    for (const [key, content] of [
      [KEY, correction],
      [`eu/${KEY}`, file(2)],
    ] as const)
      expect(await dropAndIngest(world, key, content)).toMatchObject({ report: { checks: { warnings: [] } } });
  });
});

test('a held file mails nobody; released, it is one correction', async () => {
  const world = new MemoryWorld();
  world.subscribers.push(aSubscriber({ tickers: { T0: { window: 30 } } }));
  await dropAndIngest(world, KEY, file(20), '2020-01-10T21:00:00Z');
  await sendAll(world);
  await dropAndIngest(world, KEY, file(5, 2), '2020-01-10T22:00:00Z');
  await sendAll(world);
  expect(world.mails).toHaveLength(1);
  await ingest(world, command(world, ID, 'release'));
  await sendAll(world);
  expect(world.mails).toHaveLength(2);
  expect(world.mails[1]?.raw).toContain('Correction');
});
