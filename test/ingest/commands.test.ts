import { gzipSync } from 'node:zlib';
import { DeliveryBusy } from '../../lambdas/ingest/lease.ts';
import type { IngestPorts } from '../../lambdas/ingest/ports.ts';
import { EXAMPLE_HISTORY, EXAMPLE_INCREMENTAL } from '../support/deliveries.ts';
import { command, drop, dropAndIngest, INGEST_SETTINGS, ingest } from '../support/drops.ts';
import { Fault } from '../support/faulty-ports.ts';
import { MemoryWorld } from '../support/memory-world.ts';

import { changesOf, closesOf, refreshedIn } from '../support/outcomes.ts';

const HISTORY = '2023-04-01_history.csv';
const INCREMENTAL = '2023-04-02_incremental.csv';

describe('a delivery that is revoked', () => {
  const applied = async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    await dropAndIngest(world, INCREMENTAL, EXAMPLE_INCREMENTAL);
    return world;
  };
  const DELIVERY = '2023-04-02.incremental';

  test('leaves the prices as they were without it, and publishes that', async () => {
    const world = await applied();
    const without = new MemoryWorld();
    await dropAndIngest(without, HISTORY, EXAMPLE_HISTORY);
    const before = world.messages.length;
    expect(await ingest(world, command(world, DELIVERY, 'revoke'))).toMatchObject({
      status: 'revoked',
      report: { changedTickers: 4, segments: { written: 0, removed: 4 } },
    });
    for (const ticker of ['Ticker-1', 'Ticker-2', 'Ticker-3', 'Ticker-Bad1'])
      expect(closesOf(world, ticker)).toEqual(closesOf(without, ticker));
    expect(world.deliveries.get(DELIVERY)).toMatchObject({ state: 'revoked', unfinished: [] });
    expect(changesOf(world, before)).toHaveLength(4);
    expect(refreshedIn(world)[before]).toMatchObject({ replaces: true, knownAt: '2023-04-03T09:00:00.000Z' });
  });

  test('is revoked once, also if the command is delivered again', async () => {
    const world = await applied();
    const event = command(world, DELIVERY, 'revoke');
    await ingest(world, event);
    const after = structuredClone([...world.deliveries, ...world.segments]);
    expect(await ingest(world, event)).toMatchObject({ status: 'repeat' });
    expect([...world.deliveries, ...world.segments]).toEqual(after);
  });

  test('stays revoked if its event is delivered again', async () => {
    const world = new MemoryWorld();
    const event = drop(world, HISTORY, EXAMPLE_HISTORY);
    await ingest(world, event);
    await ingest(world, command(world, '2023-04-01.history', 'revoke'));
    expect(await ingest(world, event)).toMatchObject({ status: 'superseded' });
    expect(closesOf(world, 'Ticker-2')).toEqual([]);
  });

  test.each([
    ['when it is replayed', (world: MemoryWorld) => command(world, DELIVERY, 'replay', '2020-01-12T09:00:00.000Z')],
    ['when it is uploaded again', (world: MemoryWorld) => drop(world, INCREMENTAL, EXAMPLE_INCREMENTAL)],
  ])('is applied again %s', async (_when, event) => {
    const world = await applied();
    const before = closesOf(world, 'Ticker-3');
    await ingest(world, command(world, DELIVERY, 'revoke'));
    expect(closesOf(world, 'Ticker-3')).not.toEqual(before);
    expect(await ingest(world, event(world))).toMatchObject({ status: 'applied', report: { changedTickers: 4 } });
    expect(closesOf(world, 'Ticker-3')).toEqual(before);
  });

  test('and then uploaded with other content has that content in the end', async () => {
    const world = await applied();
    const event = command(world, DELIVERY, 'revoke');
    await dropAndIngest(world, INCREMENTAL, EXAMPLE_INCREMENTAL.replace('114', '113'));
    expect(await ingest(world, event)).toMatchObject({ status: 'superseded' });
    expect(closesOf(world, 'Ticker-3')).toContain('2023-04-01 113');
  });
});

describe('commands and uploads out of order', () => {
  const DELIVERY = '2023-04-01.history';
  const second = EXAMPLE_HISTORY.replace('1110', '111');
  const ticker3 = (world: MemoryWorld) => closesOf(world, 'Ticker-3').at(-1);
  const start = async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY, '2023-04-01T20:00:00Z');
    return world;
  };
  /** Every write of segments fails after its effect. */
  const crashing = (world: MemoryWorld): IngestPorts => {
    const ports = world.ports();
    const writeSegments: typeof ports.prices.writeSegments = async (...args) => {
      await ports.prices.writeSegments(...args);
      throw new Fault('after writeSegments');
    };
    return { ...ports, prices: { ...ports.prices, writeSegments } };
  };

  test('a revoke that crashes is superseded by a later replay', async () => {
    const world = await start();
    const [revoke, replay] = [
      command(world, DELIVERY, 'revoke', '2023-04-02T09:00:00.000Z'),
      command(world, DELIVERY, 'replay', '2023-04-02T09:00:01.000Z'),
    ];
    await expect(ingest(world, revoke, { ports: crashing(world) })).rejects.toThrow(Fault);
    await ingest(world, replay);
    expect(await ingest(world, revoke)).toMatchObject({ status: 'superseded' });
    expect(closesOf(world, 'Ticker-2')).toHaveLength(2);
    expect(ticker3(world)).toBe('2023-04-01 1110');
  });

  test('a file uploaded before a revoke and read after it becomes known after it', async () => {
    const world = await start();
    const newer = drop(world, HISTORY, second, '2023-04-02T08:59:50Z');
    await ingest(world, command(world, DELIVERY, 'revoke', '2023-04-02T09:00:00.000Z'));
    const outcome = await ingest(world, newer);
    expect(outcome).toMatchObject({ status: 'applied', report: { knownAt: '2023-04-02T09:00:00.001Z' } });
    expect(ticker3(world)).toBe('2023-04-01 111');
  });

  test.each(['revoke', 'replay'] as const)(
    '%s targets the file that the operator saw, not a newer one',
    async (name) => {
      const world = await start();
      const event = command(world, DELIVERY, name, '2023-04-02T09:00:00.000Z');
      await dropAndIngest(world, `${HISTORY}.gz`, gzipSync(second), '2023-04-02T08:59:50Z');
      expect(await ingest(world, event)).toMatchObject({ status: 'superseded' });
      expect(ticker3(world)).toBe('2023-04-01 111');
    },
  );

  test('a packed file uploaded before a command about the other file is applied', async () => {
    const world = await start();
    const packed = drop(world, `${HISTORY}.gz`, gzipSync(second), '2023-04-02T08:59:50Z');
    await ingest(world, command(world, DELIVERY, 'revoke', '2023-04-02T09:00:00.000Z'));
    expect(await ingest(world, packed)).toMatchObject({ status: 'applied' });
    expect(ticker3(world)).toBe('2023-04-01 111');
  });

  test('an older file waits for a newer one that is retried, which may be rejected', async () => {
    const world = new MemoryWorld();
    const [good, bad] = [drop(world, HISTORY, EXAMPLE_HISTORY), drop(world, HISTORY, 'not a CSV file')];
    const ports = world.ports();
    const failing = { ...ports, drop: { read: () => Promise.reject(new Fault('read')) } };
    await expect(ingest(world, bad, { ports: failing })).rejects.toThrow(Fault);
    await expect(ingest(world, good)).rejects.toThrow(DeliveryBusy);
    expect(await ingest(world, bad)).toMatchObject({ status: 'rejected' });
    world.objects.set(HISTORY, { etag: good.file.etag, content: EXAMPLE_HISTORY });
    expect(await ingest(world, good)).toMatchObject({ status: 'applied' });
  });

  test('a repeated upload still supersedes older ones after a rejected file', async () => {
    const world = await start();
    const between = drop(world, HISTORY, second);
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    await dropAndIngest(world, HISTORY, 'not a CSV file');
    world.objects.set(HISTORY, { etag: between.file.etag, content: second });
    expect(await ingest(world, between)).toMatchObject({ status: 'superseded' });
    expect(ticker3(world)).toBe('2023-04-01 1110');
  });

  test('a revoked delivery can be replayed after a rejected file', async () => {
    const world = await start();
    const good = world.objects.get(HISTORY);
    await dropAndIngest(world, HISTORY, 'not a CSV file');
    await ingest(world, command(world, DELIVERY, 'revoke'));
    if (good) world.objects.set(HISTORY, good);
    const replay = command(world, DELIVERY, 'replay', '2023-04-03T09:00:00.000Z');
    expect(await ingest(world, replay)).toMatchObject({ status: 'applied' });
    expect(ticker3(world)).toBe('2023-04-01 1110');
  });

  test('a revoked delivery stays revoked if an older file with the other name arrives late', async () => {
    const world = await start();
    const newer = drop(world, `${HISTORY}.gz`, gzipSync(second), '2023-04-02T08:00:00Z');
    await expect(ingest(world, newer, { ports: crashing(world) })).rejects.toThrow(Fault);
    await ingest(world, command(world, DELIVERY, 'revoke', '2023-04-02T09:00:00.000Z'));
    expect(await ingest(world, newer)).toMatchObject({ status: 'superseded' });
    expect(closesOf(world, 'Ticker-3')).toEqual([]);
    const next = drop(world, HISTORY, second, '2023-04-03T20:00:00Z');
    // Sequencers of two keys cannot be compared.
    next.revision = '0000000000000001';
    expect(await ingest(world, next)).toMatchObject({ status: 'applied' });
  });

  test('a newer file that is gone does not prevent an older one from being applied', async () => {
    const world = new MemoryWorld();
    const [older, lost] = [drop(world, HISTORY, EXAMPLE_HISTORY), drop(world, HISTORY, second)];
    world.objects.clear();
    expect(await ingest(world, lost)).toMatchObject({ status: 'gone' });
    world.objects.set(HISTORY, { etag: older.file.etag, content: EXAMPLE_HISTORY });
    expect(await ingest(world, older)).toMatchObject({ status: 'applied' });
  });

  test('a revoke that crashed while it published keeps the file that it revoked', async () => {
    const world = await start();
    const good = world.objects.get(HISTORY);
    await dropAndIngest(world, HISTORY, 'not a CSV file');
    const ports = world.ports();
    const crashingAtTheEnd = { ...ports, refreshed: { send: () => Promise.reject(new Fault('send')) } };
    const revoke = command(world, DELIVERY, 'revoke', '2023-04-02T09:00:00.000Z');
    await expect(ingest(world, revoke, { ports: crashingAtTheEnd })).rejects.toThrow(Fault);
    await ingest(world, command(world, DELIVERY, 'revoke', '2023-04-02T09:00:05.000Z'));
    if (good) world.objects.set(HISTORY, good);
    const replay = command(world, DELIVERY, 'replay', '2023-04-02T09:00:10.000Z');
    expect(await ingest(world, replay)).toMatchObject({ status: 'applied' });
  });

  test('a revision whose file is gone leaves no segments of one that crashed while it published', async () => {
    const world = new MemoryWorld();
    const first = drop(world, HISTORY, EXAMPLE_HISTORY);
    const ports = world.ports();
    const crashingAtTheEnd = { ...ports, refreshed: { send: () => Promise.reject(new Fault('send')) } };
    await expect(ingest(world, first, { ports: crashingAtTheEnd })).rejects.toThrow(Fault);
    const lost = drop(world, HISTORY, 'anything');
    world.objects.clear();
    expect(await ingest(world, lost)).toMatchObject({ status: 'gone' });
    await dropAndIngest(world, HISTORY, 'ticker,close,date\nTicker-1,1,2023-04-01\n');
    expect(closesOf(world, 'Ticker-2')).toEqual([]);
  });

  test('a replay of a file that is gone is rejected with the reason', async () => {
    const world = await start();
    world.objects.clear();
    const outcome = await ingest(world, command(world, DELIVERY, 'replay'));
    expect(outcome).toMatchObject({
      status: 'rejected',
      report: { rejection: { found: expect.stringContaining('removed') } },
    });
    expect(ticker3(world)).toBe('2023-04-01 1110');
  });
});

describe('a delivery that is replayed', () => {
  test('is read again; if it is applied already, nothing changes', async () => {
    const world = new MemoryWorld();
    await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY);
    const segments = structuredClone([...world.segments]);
    const outcome = await ingest(world, command(world, '2023-04-01.history', 'replay'));
    expect(outcome).toMatchObject({ status: 'applied', report: { rows: { read: 7 }, changedTickers: 0 } });
    expect([...world.segments]).toEqual(segments);
    expect(world.messages).toHaveLength(1);
  });

  test('is validated again if it was rejected', async () => {
    const world = new MemoryWorld();
    const bad = EXAMPLE_HISTORY.replaceAll('2023-01-01', '2023-02-30');
    expect(await dropAndIngest(world, HISTORY, bad)).toMatchObject({ status: 'rejected' });
    const settings = { ...INGEST_SETTINGS, maxRejectedShare: 0.9 };
    const outcome = await ingest(world, command(world, '2023-04-01.history', 'replay'), { settings });
    expect(outcome).toMatchObject({ status: 'applied', report: { rows: { accepted: 3 } } });
  });
});
