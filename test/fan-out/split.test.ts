import fc from 'fast-check';
import type { Refreshed } from '../../lambdas/contracts/refreshed.ts';
import type { FanOutPorts } from '../../lambdas/fan-out/ports.ts';
import { dropAndIngest, NOW } from '../support/drops.ts';
import { fanOutOne, sendAll } from '../support/fan-outs.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { aSubscriber } from '../support/subscribers.ts';

/** How fan-out splits a message and continues it: the number of its messages to itself ("hops") is bounded. */

const SES_RATE = 14;
const INVOCATION_MS = 300_000;
const SEGMENT = 5_000;

async function applied(): Promise<{ world: MemoryWorld; message: Refreshed }> {
  const world = new MemoryWorld();
  await dropAndIngest(world, '2020-01-10_incremental.csv', 'ticker,close,date,action\nAAPL,1,2020-01-10,I\n');
  const [sent] = world.messages.splice(0);
  if (!sent) throw new Error('Expected a refreshed message.');
  return { world, message: sent.message };
}

/** Ports whose table reports this number of items. */
const countingTo = (world: MemoryWorld, count: number): FanOutPorts => {
  const ports = world.ports();
  return { ...ports, subscribers: { ...ports.subscribers, approximateCount: async () => count } };
};

test.each([
  [0, 1],
  [1, 1],
  [5_000, 1],
  [5_001, 2],
  [1_000_000, 200],
])('%i subscribers are scanned in %i scan segments', async (count, segments) => {
  const { world, message } = await applied();
  const result = await fanOutOne(world, message, { ports: countingTo(world, count) });
  const sent = world.messages.map((one) => one.message);
  expect(result.handedOver).toBe(segments > 1);
  expect(sent).toEqual(
    segments === 1
      ? []
      : Array.from({ length: segments }, (_, scanSegment) => ({
          ...message,
          hop: 1,
          scan: { scanSegment, totalScanSegments: segments },
        })),
  );
});

test('the scan segments of a message visit every subscriber once', async () => {
  const { world, message } = await applied();
  world.subscribers.push(...Array.from({ length: 40 }, (_, i) => aSubscriber({ address: `s${i}@example.com` })));
  world.messages.push({ message, delaySeconds: 0 });
  await sendAll(world, countingTo(world, 12_000));
  expect(world.mails.map(({ to }) => to).sort()).toEqual(world.subscribers.map(({ address }) => address).sort());
});

/** Ports over one scan segment; each mail takes its share of the SES rate. All mails were sent before, so that none is composed. */
function atRate(world: MemoryWorld, concurrency: number) {
  const subscribers = Array.from({ length: SEGMENT }, (_, i) => aSubscriber({ address: `s${i}@example.com` })).sort(
    (a, b) => (a.subscriber < b.subscriber ? -1 : 1),
  );
  let now = NOW;
  const ports = world.ports();
  const visited: string[] = [];
  const read: FanOutPorts['ledger']['read'] = async (key) => {
    now += (1000 * concurrency) / SES_RATE;
    visited.push(key.recipient);
    const own = { ...key, state: 'sent' as const, displayed: { segments: [], tickers: {} }, claimedBy: 'i' };
    return { own: { ...own, claimedAt: new Date(NOW).toISOString(), attempts: 1, expiresAt: 1 }, told: [] };
  };
  const scanPage: FanOutPorts['subscribers']['scanPage'] = async ({ after = '' }, limit) => {
    const page = subscribers.filter(({ subscriber }) => subscriber > after).slice(0, limit);
    const isLast = page.at(-1) === subscribers.at(-1);
    return { subscribers: page, broken: [], after: isLast ? undefined : page.at(-1)?.subscriber };
  };
  return {
    ports: { ...ports, ledger: { ...ports.ledger, read }, subscribers: { ...ports.subscribers, scanPage } },
    clock: () => now,
    subscribers,
    visited,
  };
}

test('1 M subscribers take far fewer than 100 hops, and the cursor only moves forward', async () => {
  const { world, message } = await applied();
  const { ports, clock, subscribers, visited } = atRate(world, 4);
  const hops: number[] = [];
  let next: Refreshed | undefined = { ...message, hop: 1, scan: { scanSegment: 0, totalScanSegments: 200 } };
  while (next) {
    hops.push(next.hop);
    const start: string = next.scan?.after ?? '';
    const started = clock();
    await fanOutOne(world, next, { ports, now: clock, deadline: started + INVOCATION_MS });
    const [sent, ...more] = world.messages.splice(0);
    expect(more).toEqual([]);
    next = sent?.message;
    if (next) expect((next.scan?.after ?? '') > start).toBe(true);
  }
  expect(hops).toEqual(hops.map((_, i) => i + 1));
  expect(hops.length).toBeLessThan(10);
  expect(new Set(visited)).toEqual(new Set(subscribers.map(({ subscriber }) => subscriber)));
});

test('a message that has no time for a single digest is retried, and never sent on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 30 }), fc.boolean(), async (count, hasScan) => {
      const { world, message } = await applied();
      world.subscribers.push(...Array.from({ length: count }, (_, i) => aSubscriber({ address: `s${i}@example.com` })));
      const ports = world.ports();
      const given = hasScan ? { ...message, scan: { scanSegment: 0, totalScanSegments: 1 } } : message;
      const noTurn = { ...ports, mailer: { ...ports.mailer, turn: async () => false } };
      await expect(fanOutOne(world, given, { ports: noTurn })).rejects.toThrow('No time for a single digest');
      expect([world.messages, world.mails, [...world.ledger]]).toEqual([[], [], []]);
    }),
    { numRuns: 30 },
  );
});
