import { gunzipSync, gzipSync } from 'node:zlib';
import type { DeliveryRecord } from '../../lambdas/contracts/delivery-record.ts';
import { fold } from '../../lambdas/domain/prices/fold.ts';
import { DeliveryBusy } from '../../lambdas/ingest/lease.ts';
import type { IngestPorts } from '../../lambdas/ingest/ports.ts';
import { EXAMPLE_HISTORY, EXAMPLE_INCREMENTAL } from '../support/deliveries.ts';
import { anInvocation, drop, dropAndIngest, INGEST_SETTINGS, ingest, NOW, order } from '../support/drops.ts';
import { dyingAfter, Fault, MemoryWorld, withFault } from '../support/memory-world.ts';

const HISTORY = '2023-04-01_history.csv';
const INCREMENTAL = '2023-04-02_incremental.csv';

const prices = (world: MemoryWorld, ticker: string) =>
  fold(world.standing(ticker)).map(({ date, close }) => `${date} ${close}`);
const refreshed = (world: MemoryWorld) => world.messages.map(({ message }) => message);
const changesOf = (world: MemoryWorld, n = 0): string[] =>
  JSON.parse(gunzipSync(world.records.get(refreshed(world)[n]?.changes ?? '') ?? '').toString());

test("the brief's example, applied", async () => {
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
  expect(prices(world, 'Ticker-3')).toEqual(['2023-01-01 105', '2023-04-01 114', '2023-04-02 105']);
  expect(world.deliveries.get('2023-04-01.history')).toMatchObject({
    state: 'applied',
    unfinished: [],
    counts: { accepted: 6 },
  });
  expect(world.deliveries.get('2023-04-01.history')?.lease).toBeUndefined();
});

test('says refreshed once per segment of the subscribers, and lists what changed', async () => {
  const world = new MemoryWorld();
  await dropAndIngest(world, INCREMENTAL, EXAMPLE_INCREMENTAL);
  expect(refreshed(world)).toMatchObject([
    { delivery: '2023-04-02.incremental', segment: 0, segments: 2, droppedAt: '2023-04-02T21:00:00.000Z' },
    { delivery: '2023-04-02.incremental', segment: 1, segments: 2 },
  ]);
  expect(changesOf(world)).toEqual(['Ticker-1', 'Ticker-2', 'Ticker-3', 'Ticker-Bad1']);
});

test('counts updates that found nothing to update', async () => {
  const world = new MemoryWorld();
  await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
  const file = 'ticker,close,date,action\nTicker-1,1,2023-04-01,U\nTicker-1,2,2023-03-01,U\nNew,3,2023-03-01,U\n';
  expect(await dropAndIngest(world, INCREMENTAL, file)).toMatchObject({ report: { updatesThatInserted: 2 } });
});

describe('a repeat', () => {
  test('of the event changes nothing and says nothing', async () => {
    const world = new MemoryWorld();
    const event = drop(world, HISTORY, EXAMPLE_HISTORY);
    await ingest(world, event);
    const before = structuredClone([...world.segments, ...world.deliveries]);
    expect(await ingest(world, event)).toMatchObject({ status: 'repeat' });
    expect([...world.segments, ...world.deliveries]).toEqual(before);
    expect(world.messages).toHaveLength(2);
  });

  test('of the content, under a new event, neither', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    expect(await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY)).toMatchObject({ status: 'repeat' });
    expect(world.messages).toHaveLength(2);
  });

  test('in other bytes is applied, and mails nobody', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    const outcome = await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY.replaceAll('\n', '\r\n'));
    expect(outcome).toMatchObject({
      status: 'applied',
      report: { changedTickers: 0, segments: { written: 0, removed: 0 } },
    });
    expect(world.messages).toHaveLength(2);
  });
});

describe('another revision of a file', () => {
  const second = EXAMPLE_HISTORY.replace('Ticker-2,100,2023-01-01\n', '')
    .replace('Ticker-2,105,2023-04-01\n', '')
    .replace('1110', '111');

  test('replaces the earlier one exactly, and only what differs is said to have changed', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    await dropAndIngest(world, HISTORY, second);
    expect(prices(world, 'Ticker-2')).toEqual([]);
    expect(prices(world, 'Ticker-3')).toEqual(['2023-01-01 105', '2023-04-01 111']);
    expect(changesOf(world, 2)).toEqual(['Ticker-2', 'Ticker-3']);
  });

  test('keeps what it replaces, for the ledger to be compared with', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    await dropAndIngest(world, HISTORY, second);
    const { versions } = await world.ports().prices.segmentsOf('Ticker-2', '0');
    expect(versions.map(({ rows }) => rows).sort()).toEqual(['', '0101 100\n0401 105']);
  });

  test('stands when the one before it comes only after the one after it: A, B, A', async () => {
    const world = new MemoryWorld();
    const [a, b, again] = [EXAMPLE_HISTORY, second, EXAMPLE_HISTORY].map((content) => drop(world, HISTORY, content));
    if (!a || !b || !again) throw new Error('Expected three drops.');
    await ingest(world, a);
    expect(await ingest(world, again)).toMatchObject({ status: 'repeat' });
    world.objects.set(HISTORY, { etag: b.detail.object.etag, content: second });
    expect(await ingest(world, b)).toMatchObject({ status: 'superseded' });
    expect(prices(world, 'Ticker-2')).toHaveLength(2);
  });

  test('that arrives before the one it replaces stands all the same', async () => {
    const world = new MemoryWorld();
    const [older, newer] = [drop(world, HISTORY, EXAMPLE_HISTORY), drop(world, HISTORY, second)];
    await ingest(world, newer);
    expect(await ingest(world, older)).toMatchObject({ status: 'superseded' });
    expect(prices(world, 'Ticker-2')).toEqual([]);
  });

  test('speaks for the file when its event is the only one that finds its version', async () => {
    const world = new MemoryWorld();
    const [older, newer] = [drop(world, HISTORY, EXAMPLE_HISTORY), drop(world, HISTORY, second)];
    expect(await ingest(world, older)).toMatchObject({ status: 'gone' });
    expect(world.deliveries.get('2023-04-01.history')?.lease).toBeUndefined();
    expect(await ingest(world, newer)).toMatchObject({ status: 'applied' });
  });

  test('clears up behind one that died half-way', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    const middle = drop(world, HISTORY, `${EXAMPLE_HISTORY}Ticker-Ghost,1,2023-04-01\nTicker-1,7,2023-01-01\n`);
    const ports = world.ports();
    const dying: typeof ports.prices = {
      ...ports.prices,
      writeSegments: async (...args) => {
        await ports.prices.writeSegments(...args);
        throw new Fault('after writeSegments');
      },
    };
    await expect(ingest(world, middle, { ports: { ...ports, prices: dying } })).rejects.toThrow(Fault);
    expect(prices(world, 'Ticker-Ghost')).toHaveLength(1);
    await ingest(world, drop(world, HISTORY, EXAMPLE_HISTORY));
    expect(prices(world, 'Ticker-Ghost')).toEqual([]);
    expect(prices(world, 'Ticker-1')).toEqual(['2023-01-01 95', '2023-04-01 100']);
  });
});

describe('a rejected file', () => {
  test('applies nothing, says nothing, and leaves a report', async () => {
    const world = new MemoryWorld();
    const outcome = await dropAndIngest(world, INCREMENTAL, 'ticker;close\n');
    expect(outcome).toMatchObject({ status: 'rejected', report: { rejection: { line: 1, column: 'ticker' } } });
    const record = world.deliveries.get('2023-04-02.incremental');
    expect(record?.state).toBe('rejected');
    expect(JSON.parse(world.records.get(record?.report ?? '')?.toString() ?? '')).toMatchObject({ state: 'rejected' });
    expect([world.segments.size, world.messages.length]).toEqual([0, 0]);
  });

  test('keeps its bad rows', async () => {
    const world = new MemoryWorld();
    const outcome = await dropAndIngest(world, INCREMENTAL, 'ticker,close,date,action\nX,-1,2023-04-01,I\n');
    expect(outcome).toMatchObject({ report: { rows: { read: 1, accepted: 0, quarantined: 1 } } });
    expect('report' in outcome && world.records.has(outcome.report.quarantine ?? '')).toBe(true);
  });

  test('by its name is recorded under that name', async () => {
    const world = new MemoryWorld();
    expect(await dropAndIngest(world, '2023-02-30_history.csv', EXAMPLE_HISTORY)).toMatchObject({ status: 'rejected' });
    expect(world.deliveries.get('2023-02-30_history.csv')).toMatchObject({ state: 'rejected' });
  });

  test('does not keep an earlier one from being applied', async () => {
    const world = new MemoryWorld();
    const good = drop(world, HISTORY, EXAMPLE_HISTORY);
    const object = world.objects.get(HISTORY);
    await dropAndIngest(world, HISTORY, 'nothing');
    if (object) world.objects.set(HISTORY, object);
    expect(await ingest(world, good)).toMatchObject({ status: 'applied' });
    expect(prices(world, 'Ticker-2')).toHaveLength(2);
  });

  test('that is still being read keeps an earlier one waiting, which is applied in the end', async () => {
    const world = new MemoryWorld();
    const [good, bad] = [drop(world, HISTORY, EXAMPLE_HISTORY), drop(world, HISTORY, 'nothing')];
    const ports = world.ports();
    const read: typeof ports.drop.read = async (object) => {
      await expect(ingest(world, good, { invocation: anInvocation({ id: 'other' }) })).rejects.toThrow(DeliveryBusy);
      return ports.drop.read(object);
    };
    expect(await ingest(world, bad, { ports: { ...ports, drop: { read } } })).toMatchObject({ status: 'rejected' });
    world.objects.set(HISTORY, { etag: good.detail.object.etag, content: EXAMPLE_HISTORY });
    expect(await ingest(world, good)).toMatchObject({ status: 'applied' });
  });

  test('leaves the earlier revision standing, which may be dropped again', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    await dropAndIngest(world, HISTORY, 'nothing');
    expect(prices(world, 'Ticker-2')).toHaveLength(2);
    expect(await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY)).toMatchObject({
      status: 'applied',
      report: { changedTickers: 0 },
    });
  });
});

describe('a delivery that is revoked', () => {
  const applied = async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    await dropAndIngest(world, INCREMENTAL, EXAMPLE_INCREMENTAL);
    return world;
  };
  const DELIVERY = '2023-04-02.incremental';

  test('leaves the prices as they were without it, and says so', async () => {
    const world = await applied();
    const without = new MemoryWorld();
    await dropAndIngest(without, HISTORY, EXAMPLE_HISTORY);
    const before = world.messages.length;
    expect(await ingest(world, order(world, DELIVERY, 'revoked'))).toMatchObject({
      status: 'revoked',
      report: { changedTickers: 4, segments: { written: 0, removed: 4 } },
    });
    for (const ticker of ['Ticker-1', 'Ticker-2', 'Ticker-3', 'Ticker-Bad1'])
      expect(prices(world, ticker)).toEqual(prices(without, ticker));
    expect(world.deliveries.get(DELIVERY)).toMatchObject({ state: 'revoked', unfinished: [] });
    expect(changesOf(world, before)).toHaveLength(4);
    expect(refreshed(world)[before]).toMatchObject({ replaces: true, droppedAt: '2023-04-03T09:00:00.000Z' });
  });

  test('recorded before files could be read again can be revoked, too', async () => {
    const world = await applied();
    const record = world.deliveries.get(DELIVERY);
    if (record) world.deliveries.set(DELIVERY, { ...record, object: { ...record.object, bucket: '' } });
    expect(await ingest(world, order(world, DELIVERY, 'revoked'))).toMatchObject({ status: 'revoked' });
  });

  test('is revoked once, however often the order comes', async () => {
    const world = await applied();
    const event = order(world, DELIVERY, 'revoked');
    await ingest(world, event);
    const after = structuredClone([...world.deliveries, ...world.segments]);
    expect(await ingest(world, event)).toMatchObject({ status: 'repeat' });
    expect([...world.deliveries, ...world.segments]).toEqual(after);
  });

  test('does not come back with a late repeat of its own event', async () => {
    const world = new MemoryWorld();
    const event = drop(world, HISTORY, EXAMPLE_HISTORY);
    await ingest(world, event);
    await ingest(world, order(world, '2023-04-01.history', 'revoked'));
    expect(await ingest(world, event)).toMatchObject({ status: 'superseded' });
    expect(prices(world, 'Ticker-2')).toEqual([]);
  });

  test.each([
    ['when it is replayed', (world: MemoryWorld) => order(world, DELIVERY, 'replayed', '2020-01-12T09:00:00.000Z')],
    ['when it is dropped again', (world: MemoryWorld) => drop(world, INCREMENTAL, EXAMPLE_INCREMENTAL)],
  ])('comes back %s', async (_when, event) => {
    const world = await applied();
    const before = prices(world, 'Ticker-3');
    await ingest(world, order(world, DELIVERY, 'revoked'));
    expect(prices(world, 'Ticker-3')).not.toEqual(before);
    expect(await ingest(world, event(world))).toMatchObject({ status: 'applied', report: { changedTickers: 4 } });
    expect(prices(world, 'Ticker-3')).toEqual(before);
  });

  test('before a newer file of its name comes in is that newer file in the end', async () => {
    const world = await applied();
    const event = order(world, DELIVERY, 'revoked');
    await dropAndIngest(world, INCREMENTAL, EXAMPLE_INCREMENTAL.replace('114', '113'));
    expect(await ingest(world, event)).toMatchObject({ status: 'superseded' });
    expect(prices(world, 'Ticker-3')).toContain('2023-04-01 113');
  });
});

describe('orders and drops that overtake each other', () => {
  const DELIVERY = '2023-04-01.history';
  const second = EXAMPLE_HISTORY.replace('1110', '111');
  const ticker3 = (world: MemoryWorld) => prices(world, 'Ticker-3').at(-1);
  const start = async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY, '2023-04-01T20:00:00Z');
    return world;
  };
  /** Every write of segments fails after its effect. */
  const dying = (world: MemoryWorld): IngestPorts => {
    const ports = world.ports();
    const writeSegments: typeof ports.prices.writeSegments = async (...args) => {
      await ports.prices.writeSegments(...args);
      throw new Fault('after writeSegments');
    };
    return { ...ports, prices: { ...ports.prices, writeSegments } };
  };

  test('a revoke that dies half-way does not hide from the replay that comes first', async () => {
    const world = await start();
    const [revoke, replay] = [
      order(world, DELIVERY, 'revoked', '2023-04-02T09:00:00.000Z'),
      order(world, DELIVERY, 'replayed', '2023-04-02T09:00:01.000Z'),
    ];
    await expect(ingest(world, revoke, { ports: dying(world) })).rejects.toThrow(Fault);
    await ingest(world, replay);
    expect(await ingest(world, revoke)).toMatchObject({ status: 'superseded' });
    expect(prices(world, 'Ticker-2')).toHaveLength(2);
    expect(ticker3(world)).toBe('2023-04-01 1110');
  });

  test('a file dropped before a revoke and read after it is known after it', async () => {
    const world = await start();
    const newer = drop(world, HISTORY, second, '2023-04-02T08:59:50Z');
    await ingest(world, order(world, DELIVERY, 'revoked', '2023-04-02T09:00:00.000Z'));
    const outcome = await ingest(world, newer);
    expect(outcome).toMatchObject({ status: 'applied', report: { droppedAt: '2023-04-02T09:00:00.001Z' } });
    expect(ticker3(world)).toBe('2023-04-01 111');
  });

  test.each(['revoked', 'replayed'] as const)(
    'what is %s is the file that was seen, not one that came since',
    async (what) => {
      const world = await start();
      const event = order(world, DELIVERY, what, '2023-04-02T09:00:00.000Z');
      await dropAndIngest(world, `${HISTORY}.gz`, gzipSync(second), '2023-04-02T08:59:50Z');
      expect(await ingest(world, event)).toMatchObject({ status: 'superseded' });
      expect(ticker3(world)).toBe('2023-04-01 111');
    },
  );

  test('a packed file that was dropped before an order about the other is applied all the same', async () => {
    const world = await start();
    const packed = drop(world, `${HISTORY}.gz`, gzipSync(second), '2023-04-02T08:59:50Z');
    await ingest(world, order(world, DELIVERY, 'revoked', '2023-04-02T09:00:00.000Z'));
    expect(await ingest(world, packed)).toMatchObject({ status: 'applied' });
    expect(ticker3(world)).toBe('2023-04-01 111');
  });

  test('an older file waits for a newer one that failed, which may turn out to be bad', async () => {
    const world = new MemoryWorld();
    const [good, bad] = [drop(world, HISTORY, EXAMPLE_HISTORY), drop(world, HISTORY, 'of no use')];
    const ports = world.ports();
    const failing = { ...ports, drop: { read: () => Promise.reject(new Fault('read')) } };
    await expect(ingest(world, bad, { ports: failing })).rejects.toThrow(Fault);
    await expect(ingest(world, good)).rejects.toThrow(DeliveryBusy);
    expect(await ingest(world, bad)).toMatchObject({ status: 'rejected' });
    world.objects.set(HISTORY, { etag: good.detail.object.etag, content: EXAMPLE_HISTORY });
    expect(await ingest(world, good)).toMatchObject({ status: 'applied' });
  });

  test('that a content was dropped once more is remembered when something bad follows', async () => {
    const world = await start();
    const between = drop(world, HISTORY, second);
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    await dropAndIngest(world, HISTORY, 'of no use');
    world.objects.set(HISTORY, { etag: between.detail.object.etag, content: second });
    expect(await ingest(world, between)).toMatchObject({ status: 'superseded' });
    expect(ticker3(world)).toBe('2023-04-01 1110');
  });

  test('what was revoked comes back, whatever bad file was dropped in between', async () => {
    const world = await start();
    const good = world.objects.get(HISTORY);
    await dropAndIngest(world, HISTORY, 'of no use');
    await ingest(world, order(world, DELIVERY, 'revoked'));
    if (good) world.objects.set(HISTORY, good);
    const replay = order(world, DELIVERY, 'replayed', '2023-04-03T09:00:00.000Z');
    expect(await ingest(world, replay)).toMatchObject({ status: 'applied' });
    expect(ticker3(world)).toBe('2023-04-01 1110');
  });

  test('what was revoked under one name stays revoked, whatever comes late under the other', async () => {
    const world = await start();
    const newer = drop(world, `${HISTORY}.gz`, gzipSync(second), '2023-04-02T08:00:00Z');
    await expect(ingest(world, newer, { ports: dying(world) })).rejects.toThrow(Fault);
    await ingest(world, order(world, DELIVERY, 'revoked', '2023-04-02T09:00:00.000Z'));
    expect(await ingest(world, newer)).toMatchObject({ status: 'superseded' });
    expect(prices(world, 'Ticker-3')).toEqual([]);
    const next = drop(world, HISTORY, second, '2023-04-03T20:00:00Z');
    // Sequencers of two keys say nothing of each other.
    next.detail.object.sequencer = '0000000000000001';
    expect(await ingest(world, next)).toMatchObject({ status: 'applied' });
  });

  test('a newer file that is gone does not keep an older one from being applied', async () => {
    const world = new MemoryWorld();
    const [older, lost] = [drop(world, HISTORY, EXAMPLE_HISTORY), drop(world, HISTORY, second)];
    world.objects.clear();
    expect(await ingest(world, lost)).toMatchObject({ status: 'gone' });
    world.objects.set(HISTORY, { etag: older.detail.object.etag, content: EXAMPLE_HISTORY });
    expect(await ingest(world, older)).toMatchObject({ status: 'applied' });
  });

  test('a revoke that died at its end does not lose sight of the file it has revoked', async () => {
    const world = await start();
    const good = world.objects.get(HISTORY);
    await dropAndIngest(world, HISTORY, 'of no use');
    const ports = world.ports();
    const dyingAtTheEnd = { ...ports, refreshed: { send: () => Promise.reject(new Fault('send')) } };
    const revoke = order(world, DELIVERY, 'revoked', '2023-04-02T09:00:00.000Z');
    await expect(ingest(world, revoke, { ports: dyingAtTheEnd })).rejects.toThrow(Fault);
    await ingest(world, order(world, DELIVERY, 'revoked', '2023-04-02T09:00:05.000Z'));
    if (good) world.objects.set(HISTORY, good);
    const replay = order(world, DELIVERY, 'replayed', '2023-04-02T09:00:10.000Z');
    expect(await ingest(world, replay)).toMatchObject({ status: 'applied' });
  });

  test('a revision whose version is gone leaves nothing behind of one that was whole', async () => {
    const world = new MemoryWorld();
    const first = drop(world, HISTORY, EXAMPLE_HISTORY);
    const ports = world.ports();
    const dyingAtTheEnd = { ...ports, refreshed: { send: () => Promise.reject(new Fault('send')) } };
    await expect(ingest(world, first, { ports: dyingAtTheEnd })).rejects.toThrow(Fault);
    const lost = drop(world, HISTORY, 'anything');
    world.objects.clear();
    expect(await ingest(world, lost)).toMatchObject({ status: 'gone' });
    await dropAndIngest(world, HISTORY, 'ticker,close,date\nTicker-1,1,2023-04-01\n');
    expect(prices(world, 'Ticker-2')).toEqual([]);
  });

  test('to read a file again that is gone is refused, with the reason', async () => {
    const world = await start();
    world.objects.clear();
    const outcome = await ingest(world, order(world, DELIVERY, 'replayed'));
    expect(outcome).toMatchObject({
      status: 'rejected',
      report: { rejection: { found: expect.stringContaining('removed') } },
    });
    expect(ticker3(world)).toBe('2023-04-01 1110');
  });
});

describe('a delivery that is replayed', () => {
  test('is read again, changes nothing and mails nobody where it is in', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    const segments = structuredClone([...world.segments]);
    const outcome = await ingest(world, order(world, '2023-04-01.history', 'replayed'));
    expect(outcome).toMatchObject({ status: 'applied', report: { rows: { read: 7 }, changedTickers: 0 } });
    expect([...world.segments]).toEqual(segments);
    expect(world.messages).toHaveLength(2);
  });

  test('is judged anew where it was rejected', async () => {
    const world = new MemoryWorld();
    const bad = EXAMPLE_HISTORY.replaceAll('2023-01-01', '2023-02-30');
    expect(await dropAndIngest(world, HISTORY, bad)).toMatchObject({ status: 'rejected' });
    const settings = { ...INGEST_SETTINGS, maxRejectedShare: 0.9 };
    const outcome = await ingest(world, order(world, '2023-04-01.history', 'replayed'), { settings });
    expect(outcome).toMatchObject({ status: 'applied', report: { rows: { accepted: 3 } } });
  });
});

test('a revision that died when it was whole is told of by the one that replaces it, before that changes anything', async () => {
  const world = new MemoryWorld();
  const first = drop(world, HISTORY, EXAMPLE_HISTORY);
  const ports = world.ports();
  const dying: typeof ports.refreshed = { send: () => Promise.reject(new Fault('send')) };
  await expect(ingest(world, first, { ports: { ...ports, refreshed: dying } })).rejects.toThrow(Fault);
  await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY.replace('1110', '111'));
  expect(
    refreshed(world).map(({ revision, replaces }) => [revision === first.detail.object.sequencer, replaces]),
  ).toEqual([
    [true, undefined],
    [true, undefined],
    [false, true],
    [false, true],
  ]);
  expect(changesOf(world, 2)).toEqual(['Ticker-3']);
  expect(await ingest(world, first)).toMatchObject({ status: 'superseded' });
});

describe('the lease', () => {
  const held = async (until: number) => {
    const world = new MemoryWorld();
    const event = drop(world, HISTORY, EXAMPLE_HISTORY);
    const dying = { ...world.ports(), drop: { read: () => new Promise<undefined>(() => undefined) } };
    void ingest(world, event, { ports: dying, invocation: anInvocation({ id: 'other', deadline: until }) });
    await new Promise((resolve) => setImmediate(resolve));
    return { world, event };
  };

  test('keeps a twin away', async () => {
    const { world, event } = await held(NOW + 1000);
    await expect(ingest(world, event)).rejects.toThrow(DeliveryBusy);
    expect(world.segments.size).toBe(0);
  });

  test("ends with its holder's own deadline, and what clocks may differ by", async () => {
    const { world, event } = await held(NOW - 59_000);
    await expect(ingest(world, event)).rejects.toThrow(DeliveryBusy);
    const later = anInvocation({ now: () => NOW + 1_001 });
    expect(await ingest(world, event, { invocation: later })).toMatchObject({ status: 'applied' });
  });
});

test('whatever call fails, once, before or after its effect: after the retry everything is as without the fault', async () => {
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
      event.detail.object.sequencer = sequence[i] ?? '';
      await ingest(world, event, { ports }).catch(() => ingest(world, event, { ports }));
    }
    const messages = [...new Set(world.messages.map(({ message }) => JSON.stringify(message)))].sort();
    const settled = [...world.deliveries.values()].map(({ tick: _tick, ...record }) => record);
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
])('what a report counts of %s', async (rows, counts) => {
  const world = new MemoryWorld();
  const header = 'ticker,close,date,action\n';
  await dropAndIngest(world, '2020-01-09_incremental.csv', `${header}AA,1,2020-01-09,I\n`);
  const content = `${header}${rows.replaceAll(' ', '\n')}\n`;
  expect(await dropAndIngest(world, INCREMENTAL, content)).toMatchObject({ report: counts });
});

test.each([0.29, 0.57, 0.07])('exactly the share of bad rows that is allowed is allowed (%d)', async (share) => {
  const world = new MemoryWorld();
  const bad = Math.round(share * 100);
  const rows = Array.from({ length: 100 }, (_, i) => `T${i},${i < bad ? -1 : 1},2020-01-10,I\n`);
  const settings = { ...INGEST_SETTINGS, maxRejectedShare: share };
  const event = drop(world, INCREMENTAL, `ticker,close,date,action\n${rows.join('')}`);
  expect(await ingest(world, event, { settings })).toMatchObject({ status: 'applied' });
});

test('a newer revision that is gone leaves the record as it was, with its counts', async () => {
  const world = new MemoryWorld();
  await dropAndIngest(world, INCREMENTAL, 'ticker,close,date,action\nAA,1,2020-01-10,I\n', '2023-04-02T21:00:00Z');
  const [before] = [...world.deliveries.values()];
  const newer = drop(world, INCREMENTAL, 'ticker,close,date,action\nAA,2,2020-01-10,I\n', '2023-04-02T22:00:00Z');
  await ingest(world, newer, { ports: dyingAfter(world.ports(), 2).ports }).catch(() => undefined);
  world.objects.clear();
  const later = NOW + 7_200_000;
  await ingest(world, newer, {
    invocation: anInvocation({ id: 'later', now: () => later, deadline: later + 600_000 }),
  });
  const [{ tick: _tick, changedAt: _changed, ...after } = {}] = [
    ...world.deliveries.values(),
  ] as Partial<DeliveryRecord>[];
  expect(before).toMatchObject(after);
});
