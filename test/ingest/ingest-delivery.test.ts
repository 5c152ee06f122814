import type { DeliveryRecord } from '../../lambdas/contracts/delivery-record.ts';
import { ingestDelivery } from '../../lambdas/ingest/ingest-delivery.ts';
import { DeliveryBusy } from '../../lambdas/ingest/lease.ts';
import { EXAMPLE_HISTORY, EXAMPLE_INCREMENTAL } from '../support/deliveries.ts';
import { anInvocation, drop, dropAndIngest, INGEST_SETTINGS, ingest, NOW } from '../support/drops.ts';
import { crashingAfter, Fault, withFault } from '../support/faulty-ports.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { changesOf, closesOf, refreshedIn } from '../support/outcomes.ts';

const HISTORY = '2023-04-01_history.csv';
const INCREMENTAL = '2023-04-02_incremental.csv';

test('a history and an incremental file are applied', async () => {
  const world = new MemoryWorld();
  const first = await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
  const second = await dropAndIngest(world, INCREMENTAL, EXAMPLE_INCREMENTAL);
  expect(first).toMatchObject({ status: 'applied', report: { rows: { read: 7, accepted: 6, quarantined: 1 } } });
  expect(second).toMatchObject({
    status: 'applied',
    report: {
      rows: { read: 5, accepted: 5, quarantined: 0 },
      updatesThatInserted: 0,
      retiredTickers: 1,
      changedTickers: 4,
    },
  });
  expect(closesOf(world, 'Ticker-3')).toEqual(['2023-01-01 105', '2023-04-01 114', '2023-04-02 105']);
  expect(world.deliveries.get('2023-04-01.history')).toMatchObject({
    state: 'applied',
    unfinished: [],
    counts: { accepted: 6 },
  });
  expect(world.deliveries.get('2023-04-01.history')?.lease).toBeUndefined();
});

test('one refreshed message is published, with a list of changed tickers', async () => {
  const world = new MemoryWorld();
  await dropAndIngest(world, INCREMENTAL, EXAMPLE_INCREMENTAL);
  expect(refreshedIn(world)).toMatchObject([
    { delivery: '2023-04-02.incremental', knownAt: '2023-04-02T21:00:00.000Z', hop: 0 },
  ]);
  expect(changesOf(world)).toEqual(['Ticker-1', 'Ticker-2', 'Ticker-3', 'Ticker-Bad1']);
});

test('updates of dates without a close are counted', async () => {
  const world = new MemoryWorld();
  await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
  const file = 'ticker,close,date,action\nTicker-1,1,2023-04-01,U\nTicker-1,2,2023-03-01,U\nNew,3,2023-03-01,U\n';
  expect(await dropAndIngest(world, INCREMENTAL, file)).toMatchObject({ report: { updatesThatInserted: 2 } });
});

describe('a repeat', () => {
  test('of the event changes and publishes nothing', async () => {
    const world = new MemoryWorld();
    const event = drop(world, HISTORY, EXAMPLE_HISTORY);
    await ingest(world, event);
    const before = structuredClone([...world.segments, ...world.deliveries]);
    expect(await ingest(world, event)).toMatchObject({ status: 'repeat' });
    expect([...world.segments, ...world.deliveries]).toEqual(before);
    expect(world.messages).toHaveLength(1);
  });

  test('of the content in a new event changes nothing either', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    expect(await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY)).toMatchObject({ status: 'repeat' });
    expect(world.messages).toHaveLength(1);
  });

  test('that has the same rows in other bytes is applied, and publishes nothing', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    const outcome = await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY.replaceAll('\n', '\r\n'));
    expect(outcome).toMatchObject({
      status: 'applied',
      report: { changedTickers: 0, segments: { written: 0, removed: 0 } },
    });
    expect(world.messages).toHaveLength(1);
  });
});

describe('another revision of a file', () => {
  const second = EXAMPLE_HISTORY.replace('Ticker-2,100,2023-01-01\n', '')
    .replace('Ticker-2,105,2023-04-01\n', '')
    .replace('1110', '111');

  test('replaces the earlier one exactly, and lists only what differs', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    await dropAndIngest(world, HISTORY, second);
    expect(closesOf(world, 'Ticker-2')).toEqual([]);
    expect(closesOf(world, 'Ticker-3')).toEqual(['2023-01-01 105', '2023-04-01 111']);
    expect(changesOf(world, 1)).toEqual(['Ticker-2', 'Ticker-3']);
  });

  test('keeps the segments that it replaces', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    await dropAndIngest(world, HISTORY, second);
    const { versions } = await world.ports().prices.segmentsOf('Ticker-2', '0');
    expect(versions.map(({ rows }) => rows).sort()).toEqual(['', '0101 100\n0401 105']);
  });

  test('A, B, A: B that arrives last is superseded', async () => {
    const world = new MemoryWorld();
    const [a, b, again] = [EXAMPLE_HISTORY, second, EXAMPLE_HISTORY].map((content) => drop(world, HISTORY, content));
    if (!a || !b || !again) throw new Error('Expected three uploads.');
    await ingest(world, a);
    expect(await ingest(world, again)).toMatchObject({ status: 'repeat' });
    world.objects.set(HISTORY, { etag: b.file.etag, content: second });
    expect(await ingest(world, b)).toMatchObject({ status: 'superseded' });
    expect(closesOf(world, 'Ticker-2')).toHaveLength(2);
  });

  test('that arrives before the older one stays current', async () => {
    const world = new MemoryWorld();
    const [older, newer] = [drop(world, HISTORY, EXAMPLE_HISTORY), drop(world, HISTORY, second)];
    await ingest(world, newer);
    expect(await ingest(world, older)).toMatchObject({ status: 'superseded' });
    expect(closesOf(world, 'Ticker-2')).toEqual([]);
  });

  test('is applied if the version of the older one no longer exists', async () => {
    const world = new MemoryWorld();
    const [older, newer] = [drop(world, HISTORY, EXAMPLE_HISTORY), drop(world, HISTORY, second)];
    expect(await ingest(world, older)).toMatchObject({ status: 'gone' });
    expect(world.deliveries.get('2023-04-01.history')?.lease).toBeUndefined();
    expect(await ingest(world, newer)).toMatchObject({ status: 'applied' });
  });

  test('removes the segments of one that crashed', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    const middle = drop(world, HISTORY, `${EXAMPLE_HISTORY}Ticker-Ghost,1,2023-04-01\nTicker-1,7,2023-01-01\n`);
    const ports = world.ports();
    const crashing: typeof ports.prices = {
      ...ports.prices,
      writeSegments: async (...args) => {
        await ports.prices.writeSegments(...args);
        throw new Fault('after writeSegments');
      },
    };
    await expect(ingest(world, middle, { ports: { ...ports, prices: crashing } })).rejects.toThrow(Fault);
    expect(closesOf(world, 'Ticker-Ghost')).toHaveLength(1);
    await ingest(world, drop(world, HISTORY, EXAMPLE_HISTORY));
    expect(closesOf(world, 'Ticker-Ghost')).toEqual([]);
    expect(closesOf(world, 'Ticker-1')).toEqual(['2023-01-01 95', '2023-04-01 100']);
  });
});

describe('a rejected file', () => {
  test('applies nothing, publishes nothing, and has a report', async () => {
    const world = new MemoryWorld();
    const outcome = await dropAndIngest(world, INCREMENTAL, 'ticker;close\n');
    expect(outcome).toMatchObject({ status: 'rejected', report: { rejection: { line: 1, column: 'date' } } });
    const record = world.deliveries.get('2023-04-02.incremental');
    expect(record?.state).toBe('rejected');
    expect(JSON.parse(world.records.get(record?.report ?? '')?.toString() ?? '')).toMatchObject({ state: 'rejected' });
    expect([world.segments.size, world.messages.length]).toEqual([0, 0]);
  });

  test('has a quarantine file with its bad rows', async () => {
    const world = new MemoryWorld();
    const outcome = await dropAndIngest(world, INCREMENTAL, 'ticker,close,date,action\nX,-1,2023-04-01,I\n');
    expect(outcome).toMatchObject({ report: { rows: { read: 1, accepted: 0, quarantined: 1 } } });
    expect('report' in outcome && world.records.has(outcome.report.quarantine ?? '')).toBe(true);
  });

  test('with an unrecognized name is recorded under that name', async () => {
    const world = new MemoryWorld();
    expect(await dropAndIngest(world, '2023-02-30_history.csv', EXAMPLE_HISTORY)).toMatchObject({ status: 'rejected' });
    expect(world.deliveries.get('2023-02-30_history.csv')).toMatchObject({ state: 'rejected' });
  });

  test('does not prevent an earlier one from being applied', async () => {
    const world = new MemoryWorld();
    const good = drop(world, HISTORY, EXAMPLE_HISTORY);
    const object = world.objects.get(HISTORY);
    await dropAndIngest(world, HISTORY, 'nothing');
    if (object) world.objects.set(HISTORY, object);
    expect(await ingest(world, good)).toMatchObject({ status: 'applied' });
    expect(closesOf(world, 'Ticker-2')).toHaveLength(2);
  });

  test('that is still being read delays an earlier one, which is applied in the end', async () => {
    const world = new MemoryWorld();
    const [good, bad] = [drop(world, HISTORY, EXAMPLE_HISTORY), drop(world, HISTORY, 'nothing')];
    const ports = world.ports();
    const read: typeof ports.drop.read = async (object) => {
      await expect(ingest(world, good, { invocation: anInvocation({ id: 'other' }) })).rejects.toThrow(DeliveryBusy);
      return ports.drop.read(object);
    };
    expect(await ingest(world, bad, { ports: { ...ports, drop: { read } } })).toMatchObject({ status: 'rejected' });
    world.objects.set(HISTORY, { etag: good.file.etag, content: EXAMPLE_HISTORY });
    expect(await ingest(world, good)).toMatchObject({ status: 'applied' });
  });

  test('leaves the earlier revision current, which may be uploaded again', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    await dropAndIngest(world, HISTORY, 'nothing');
    expect(closesOf(world, 'Ticker-2')).toHaveLength(2);
    expect(await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY)).toMatchObject({
      status: 'applied',
      report: { changedTickers: 0 },
    });
  });
});

test('an announcement that was not published is published before the next revision changes anything', async () => {
  const world = new MemoryWorld();
  const first = drop(world, HISTORY, EXAMPLE_HISTORY);
  const ports = world.ports();
  const failing: typeof ports.refreshed = { send: () => Promise.reject(new Fault('send')) };
  await expect(ingest(world, first, { ports: { ...ports, refreshed: failing } })).rejects.toThrow(Fault);
  await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY.replace('1110', '111'));
  expect(refreshedIn(world).map(({ revision, replaces }) => [revision === first.revision, replaces])).toEqual([
    [true, undefined],
    [false, true],
  ]);
  expect(changesOf(world, 1)).toEqual(['Ticker-3']);
  expect(await ingest(world, first)).toMatchObject({ status: 'superseded' });
});

test('an outcome is logged, also if publishing it fails the first time', async () => {
  const world = new MemoryWorld();
  const event = drop(world, HISTORY, 'not a CSV file');
  const ports = world.ports();
  const put = () => Promise.reject(new Fault('put'));
  const failing = { ...ports, records: { ...ports.records, put } };
  await expect(ingest(world, event, { ports: failing })).rejects.toThrow(Fault);
  expect(world.decided).toEqual([]);
  expect(await ingest(world, event)).toMatchObject({ status: 'repeat' });
  expect(world.decided).toMatchObject([{ state: 'rejected', revision: event.revision }]);
});

test('a file whose name looks like a delivery id has a record of its own', async () => {
  const world = new MemoryWorld();
  await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
  const before = structuredClone(world.deliveries.get('2023-04-01.history'));
  expect(await dropAndIngest(world, '2023-04-01.history', EXAMPLE_HISTORY)).toMatchObject({ status: 'rejected' });
  expect(world.deliveries.get('2023-04-01.history')).toEqual(before);
  expect([...world.deliveries.keys()]).toContain('2023-04-01.history (unrecognized name)');
});

describe('the lease', () => {
  const held = async (until: number) => {
    const world = new MemoryWorld();
    const event = drop(world, HISTORY, EXAMPLE_HISTORY);
    const waiting = { ...world.ports(), drop: { read: () => new Promise<undefined>(() => undefined) } };
    void ingest(world, event, { ports: waiting, invocation: anInvocation({ id: 'other', deadline: until }) });
    await new Promise((resolve) => setImmediate(resolve));
    return { world, event };
  };

  test('excludes another invocation', async () => {
    const { world, event } = await held(NOW + 1000);
    await expect(ingest(world, event)).rejects.toThrow(DeliveryBusy);
    expect(world.segments.size).toBe(0);
  });

  test('ends after the deadline of its owner and the allowed clock skew', async () => {
    const { world, event } = await held(NOW - 59_000);
    await expect(ingest(world, event)).rejects.toThrow(DeliveryBusy);
    const later = anInvocation({ now: () => NOW + 1_001 });
    expect(await ingest(world, event, { invocation: later })).toMatchObject({ status: 'applied' });
  });
});

test('one failed call, before or after its effect, and a retry have the same result as no failure', async () => {
  const files: [string, string][] = [
    [HISTORY, EXAMPLE_HISTORY],
    [INCREMENTAL, EXAMPLE_INCREMENTAL],
    [HISTORY, EXAMPLE_HISTORY.replace('Ticker-2,105,2023-04-01\n', '').replace('1110', '112')],
  ];
  const run = async (failing: { call: number; when: 'before' | 'after' }) => {
    const world = new MemoryWorld();
    const { ports, calls } = withFault(world.ports(), failing);
    const sequence = files.map((_, i) => String(i + 1).padStart(16, '0'));
    for (const [i, [key, content]] of files.entries()) {
      const event = drop(world, key, content);
      event.revision = sequence[i] ?? '';
      await ingest(world, event, { ports }).catch(() => ingest(world, event, { ports }));
    }
    const messages = [...new Set(world.messages.map(({ message }) => JSON.stringify(message)))].sort();
    const settled = [...world.deliveries.values()].map(({ version: _version, ...record }) => record);
    return {
      calls: calls(),
      outcome: { segments: [...world.segments].sort(), settled, messages, records: [...world.records].sort() },
    };
  };
  const { calls, outcome } = await run({ call: -1, when: 'before' });
  expect(calls).toBeGreaterThan(25);
  for (let call = 0; call < calls; call++) {
    for (const when of ['before', 'after'] as const)
      expect({ call, when, ...(await run({ call, when })).outcome }).toEqual({ call, when, ...outcome });
  }
});

test.each([
  ['BB,1,2020-01-10,I BB,2,2020-01-10,U', { updatesThatInserted: 0, duplicates: 1 }],
  ['BB,1,2020-01-10,U BB,2,2020-01-10,U', { updatesThatInserted: 1, duplicates: 1 }],
  ['AA,2,2020-01-09,U', { updatesThatInserted: 0, duplicates: 0 }],
  ['AA,,,D AA,2,2020-01-09,U', { updatesThatInserted: 1, duplicates: 0 }],
  ['CC,1,2020-01-10,I CC,1,2020-01-10,I CC,,,D', { updatesThatInserted: 0, duplicates: 1 }],
])('a report counts the rows %s', async (rows, counts) => {
  const world = new MemoryWorld();
  const header = 'ticker,close,date,action\n';
  await dropAndIngest(world, '2020-01-09_incremental.csv', `${header}AA,1,2020-01-09,I\n`);
  const content = `${header}${rows.replaceAll(' ', '\n')}\n`;
  expect(await dropAndIngest(world, INCREMENTAL, content)).toMatchObject({ report: counts });
});

test.each([0.29, 0.57, 0.07])('a share of bad rows equal to the maximum is allowed (%d)', async (share) => {
  const world = new MemoryWorld();
  const bad = Math.round(share * 100);
  const rows = Array.from({ length: 100 }, (_, i) => `T${i},${i < bad ? -1 : 1},2020-01-10,I\n`);
  const settings = { ...INGEST_SETTINGS, maxRejectedShare: share };
  const event = drop(world, INCREMENTAL, `ticker,close,date,action\n${rows.join('')}`);
  expect(await ingest(world, event, { settings })).toMatchObject({ status: 'applied' });
});

test('a newer revision whose file is gone leaves the record as it was, with its counts', async () => {
  const world = new MemoryWorld();
  await dropAndIngest(world, INCREMENTAL, 'ticker,close,date,action\nAA,1,2020-01-10,I\n', '2023-04-02T21:00:00Z');
  const [before] = [...world.deliveries.values()];
  const newer = drop(world, INCREMENTAL, 'ticker,close,date,action\nAA,2,2020-01-10,I\n', '2023-04-02T22:00:00Z');
  await ingest(world, newer, { ports: crashingAfter(world.ports(), 2).ports }).catch(() => undefined);
  world.objects.clear();
  const later = NOW + 7_200_000;
  await ingest(world, newer, {
    invocation: anInvocation({ id: 'later', now: () => later, deadline: later + 600_000 }),
  });
  const [{ version: _version, changedAt: _changed, ...after } = {}] = [
    ...world.deliveries.values(),
  ] as Partial<DeliveryRecord>[];
  expect(before).toMatchObject(after);
});

test('a file that is encrypted with a foreign key is rejected with what to do, and a later one is applied', async () => {
  const world = new MemoryWorld();
  const event = drop(world, HISTORY, EXAMPLE_HISTORY);
  const ports = { ...world.ports(), drop: { read: async () => 'locked' as const } };
  const outcome = await ingestDelivery({ ...ports, decided: () => undefined }, INGEST_SETTINGS, event, anInvocation());
  expect(outcome).toMatchObject({
    status: 'rejected',
    report: {
      rejection: { expected: expect.stringContaining('without a key of your own'), found: expect.any(String) },
    },
  });
  expect(await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY, '2023-04-01T22:00:00Z')).toMatchObject({
    status: 'applied',
  });
});
