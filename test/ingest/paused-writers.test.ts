import { fold } from '../../lambdas/domain/prices/fold.ts';
import { anInvocation, command, drop, dropAndIngest, INGEST_SETTINGS, ingest, NOW } from '../support/drops.ts';
import { crashingAfter } from '../support/faulty-ports.ts';
import { MemoryWorld } from '../support/memory-world.ts';

/** An invocation that is paused and resumes after its lease (a "zombie"), and clocks that differ. */

const KEY = '2020-01-10_incremental.csv';
const ID = '2020-01-10.incremental';
const HOUR = 3_600_000;
const file = (rows: string) => `ticker,close,date,action\n${rows.replaceAll(' ', ',2020-01-10,I\n')},2020-01-10,I\n`;
const OLD = file('AA,1 BB,1 CC,1 DD,1 EE,1');
const NEW = file('AA,2 CC,2 EE,2 FF,2');
const closes = (world: MemoryWorld) =>
  ['AA', 'BB', 'CC', 'DD', 'EE', 'FF'].flatMap((t) => fold(t, world.current(t)).map(({ close }) => `${t} ${close}`));
const CLOSES_OF_NEW = ['AA 2', 'CC 2', 'EE 2', 'FF 2'];

const at = (hours: number, id: string, ms = 600_000) =>
  anInvocation({ id, now: () => NOW + hours * HOUR, deadline: NOW + hours * HOUR + ms });

/** Ports whose n-th batch waits for `resume`, as if the process was paused between its check and the network. */
function pausing(world: MemoryWorld, batch: number) {
  const ports = world.ports();
  const [reached, resume] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let batches = 0;
  const writeSegments: typeof ports.prices.writeSegments = async (by, segments) => {
    if (batches++ === batch) {
      reached.resolve();
      await resume.promise;
    }
    return ports.prices.writeSegments(by, segments);
  };
  return {
    ports: { ...ports, prices: { ...ports.prices, writeSegments } },
    reached: reached.promise,
    resume: resume.resolve,
  };
}

/** The old revision is paused in a batch; the new one is applied; the old one resumes and writes. */
async function resumed(batch: number) {
  const world = new MemoryWorld();
  const old = drop(world, KEY, OLD, '2020-01-10T21:00:00Z');
  const zombie = pausing(world, batch);
  const paused = ingest(world, old, { ports: zombie.ports, invocation: at(0, 'zombie') }).catch(
    (error: Error) => error,
  );
  await zombie.reached;
  const newer = drop(world, KEY, NEW, '2020-01-10T21:05:00Z');
  expect(await ingest(world, newer, { invocation: at(1, 'newer') })).toMatchObject({ status: 'applied' });
  expect(closes(world)).toEqual(CLOSES_OF_NEW);
  zombie.resume();
  expect(String(await paused)).toMatch(/changed by another invocation|Out of time/);
  return { world, old };
}

test.each([0, 1, 2])(
  'segments that it overwrites (batch %i) are repaired when its message is retried',
  async (batch) => {
    const { world, old } = await resumed(batch);
    expect(closes(world)).not.toEqual(CLOSES_OF_NEW);
    expect(await ingest(world, old, { invocation: at(2, 'retry') })).toMatchObject({ status: 'superseded' });
    expect(closes(world)).toEqual(CLOSES_OF_NEW);
    expect(world.deliveries.get(ID)).toMatchObject({ state: 'applied', unfinished: [] });
    expect(world.deliveries.get(ID)?.lease).toBeUndefined();
  },
);

test.each([0, 1, 2])('… or by a replay (batch %i), which compares the table, not only the manifest', async (batch) => {
  const { world } = await resumed(batch);
  const replay = command(world, ID, 'replay', '2020-01-11T09:00:00.000Z');
  expect(await ingest(world, replay, { invocation: at(20, 'replay') })).toMatchObject({ status: 'applied' });
  expect(closes(world)).toEqual(CLOSES_OF_NEW);
});

test('… or by the revocation and the next revision after it', async () => {
  const { world } = await resumed(0);
  await ingest(world, command(world, ID, 'revoke', '2020-01-11T09:00:00.000Z'), { invocation: at(20, 'revoke') });
  await ingest(world, command(world, ID, 'replay', '2020-01-11T10:00:00.000Z'), { invocation: at(21, 'replay') });
  expect(closes(world)).toEqual(CLOSES_OF_NEW);
});

test('… also by a replay that crashes anywhere, and the repair is published', async () => {
  const publishedBy = async (calls: number): Promise<{ published: number; isOver: boolean }> => {
    const { world } = await resumed(0);
    const before = world.messages.length;
    const replay = command(world, ID, 'replay', '2020-01-11T09:00:00.000Z');
    const crashing = crashingAfter(world.ports(), calls);
    await ingest(world, replay, { ports: crashing.ports, invocation: at(20, 'crashing') }).catch(() => undefined);
    await ingest(world, replay, { invocation: at(22, 'retry') });
    expect(closes(world)).toEqual(CLOSES_OF_NEW);
    return { published: world.messages.length - before, isOver: crashing.made.length < calls };
  };
  for (let calls = 1; ; calls++) {
    const { published, isOver } = await publishedBy(calls);
    expect({ calls, isPublished: published > 0 }).toEqual({ calls, isPublished: true });
    if (isOver) break;
  }
});

test('… also if the limits changed in between', async () => {
  const { world, old } = await resumed(0);
  const settings = { ...INGEST_SETTINGS, maxFileBytes: 10, maxRejectedShare: 0 };
  await ingest(world, old, { invocation: at(2, 'retry'), settings });
  expect(closes(world)).toEqual(CLOSES_OF_NEW);
});

test('… after a revision that must be retried first, which may repair nothing', async () => {
  const { world, old } = await resumed(0);
  const kept = world.objects.get(KEY);
  const dead = drop(world, KEY, file('GG,9'), '2020-01-10T21:06:00Z');
  await ingest(world, dead, { ports: crashingAfter(world.ports(), 3).ports, invocation: at(2, 'dead') }).catch(() => 0);
  await ingest(world, drop(world, KEY, 'not a CSV file', '2020-01-10T21:07:00Z'), { invocation: at(4, 'bad') });
  if (kept) world.objects.set(KEY, kept);
  await expect(ingest(world, old, { invocation: at(5, 'early') })).rejects.toThrow('must be retried');
  expect(await ingest(world, dead, { invocation: at(6, 'dead') })).toMatchObject({ status: 'gone' });
  await ingest(world, old, { invocation: at(7, 'retry') });
  expect(closes(world)).toEqual(CLOSES_OF_NEW);
});

test('segments that it overwrites while the newer one is applied are repaired at its end', async () => {
  const world = new MemoryWorld();
  const old = drop(world, KEY, OLD, '2020-01-10T21:00:00Z');
  const zombie = pausing(world, 1);
  const paused = ingest(world, old, { ports: zombie.ports, invocation: at(0, 'zombie') }).catch(
    (error: Error) => error,
  );
  await zombie.reached;
  const ports = world.ports();
  let batches = 0;
  // The zombie's batch arrives directly after the first one of the newer revision.
  const writeSegments: typeof ports.prices.writeSegments = async (by, segments) => {
    await ports.prices.writeSegments(by, segments);
    if (batches++ > 0) return;
    zombie.resume();
    await paused;
  };
  const newer = drop(world, KEY, NEW, '2020-01-10T21:05:00Z');
  await ingest(world, newer, {
    ports: { ...ports, prices: { ...ports.prices, writeSegments } },
    invocation: at(1, 'newer'),
  });
  expect(closes(world)).toEqual(CLOSES_OF_NEW);
});

test('it stops before its lease ends: no batch starts in the last seconds', async () => {
  const world = new MemoryWorld();
  let now = NOW;
  const ports = world.ports();
  const slow: typeof ports.prices.writeSegments = async (by, segments) => {
    now += 300_000;
    return ports.prices.writeSegments(by, segments);
  };
  const invocation = anInvocation({ now: () => now, deadline: NOW + 600_000 });
  const many = file(Array.from({ length: 60 }, (_, i) => `T${i},1`).join(' '));
  const event = drop(world, KEY, many);
  await expect(
    ingest(world, event, { ports: { ...ports, prices: { ...ports.prices, writeSegments: slow } }, invocation }),
  ).rejects.toThrow('Out of time');
  expect(world.segments.size).toBeLessThan(60);
  expect(await ingest(world, event, { invocation: at(2, 'retry') })).toMatchObject({ status: 'applied' });
  expect(world.segments.size).toBe(60);
});

test('segments of a revision that was rejected belong to the applied one afterwards, also if their rows are equal', async () => {
  const world = new MemoryWorld();
  const old = drop(world, KEY, file('AA,1 BB,1 CC,-1 DD,-1 EE,-1'), '2020-01-10T21:00:00Z');
  const zombie = pausing(world, 0);
  const lenient = { ...INGEST_SETTINGS, maxRejectedShare: 0.9 };
  const paused = ingest(world, old, { ports: zombie.ports, settings: lenient, invocation: at(0, 'zombie') }).catch(
    (error: Error) => error,
  );
  await zombie.reached;
  const settings = { ...INGEST_SETTINGS, maxRejectedShare: 0 };
  expect(await ingest(world, old, { settings, invocation: at(1, 'strict') })).toMatchObject({ status: 'rejected' });
  const newer = drop(world, KEY, file('AA,1 BB,1'), '2020-01-10T21:05:00Z');
  await ingest(world, newer, { invocation: at(2, 'newer') });
  zombie.resume();
  await paused;
  expect(await ingest(world, old, { invocation: at(3, 'retry') })).toMatchObject({ status: 'superseded' });
  const owners = ['AA', 'BB'].flatMap((ticker) => world.current(ticker).map(({ revision }) => revision));
  expect(owners).toEqual([newer.revision, newer.revision]);
});

test('nothing else changes a delivery while it is repaired, and the lease ends with the repair', async () => {
  const { world, old } = await resumed(0);
  const ports = world.ports();
  const writeSegments: typeof ports.prices.writeSegments = async (by, segments) => {
    const again = drop(world, KEY, NEW, '2020-01-10T21:30:00Z');
    await expect(ingest(world, again, { invocation: at(2, 'other') })).rejects.toThrow(
      'is leased by another invocation',
    );
    return ports.prices.writeSegments(by, segments);
  };
  const prices = { ...ports.prices, writeSegments };
  await ingest(world, old, { ports: { ...ports, prices }, invocation: at(2, 'repair') });
  expect(closes(world)).toEqual(CLOSES_OF_NEW);
  expect(world.deliveries.get(ID)?.lease).toBeUndefined();
});

test('an invocation that lost its lease does not end as gone', async () => {
  const world = new MemoryWorld();
  await dropAndIngest(world, KEY, OLD);
  const removed = drop(world, KEY, NEW, '2020-01-10T21:05:00Z');
  const [first, second] = ['first', 'second'].map((id, i) => at(i, id));
  const drops = {
    read: async () => {
      await ingest(world, removed, { ports: gone(world), invocation: second ?? at(1, 'second') });
      return undefined;
    },
  };
  const losing = ingest(world, removed, {
    ports: { ...world.ports(), drop: drops },
    invocation: first ?? at(0, 'first'),
  });
  await expect(losing).rejects.toThrow('was changed by another invocation');
  expect(await ingest(world, removed, { ports: gone(world), invocation: at(4, 'retry') })).toMatchObject({
    status: 'gone',
  });
  expect(world.deliveries.get(ID)).toMatchObject({ state: 'applied', unfinished: [] });
});

/** Ports whose files no longer exist. */
const gone = (world: MemoryWorld) => ({ ...world.ports(), drop: { read: async () => undefined } });

test.each([
  ['a minute ahead', 'busy', 59_000],
  ['more than a minute ahead', 'applied', 61_000],
])('an invocation whose clock is %s finds an expired lease: %s', async (_what, expected, ahead) => {
  const world = new MemoryWorld();
  const event = drop(world, KEY, OLD);
  const holding = { ...world.ports(), drop: { read: () => new Promise<undefined>(() => undefined) } };
  void ingest(world, event, { ports: holding, invocation: at(0, 'holder') });
  await new Promise((resolve) => setImmediate(resolve));
  const now = NOW + 600_000 + ahead;
  const other = anInvocation({ id: 'other', now: () => now, deadline: now + 600_000 });
  const ended = await ingest(world, event, { invocation: other }).then(
    ({ status }) => status,
    () => 'busy',
  );
  expect(ended).toBe(expected);
});

test('a replay of correct prices changes and publishes nothing', async () => {
  const world = new MemoryWorld();
  await dropAndIngest(world, KEY, OLD);
  const before = world.messages.length;
  await ingest(world, command(world, ID, 'replay'), { invocation: at(20, 'replay') });
  expect(world.messages).toHaveLength(before);
});
