import fc from 'fast-check';
import { commandRevision } from '../../lambdas/contracts/revision.ts';
import type { UploadRevision } from '../../lambdas/domain/delivery/precedence.ts';
import { compareRevisions } from '../../lambdas/domain/delivery/precedence.ts';
import { fold } from '../../lambdas/domain/prices/fold.ts';
import { anInvocation, command, drop, dropAndIngest, ingest, NOW } from '../support/drops.ts';
import { MemoryWorld } from '../support/memory-world.ts';

/** Which revision of a delivery is current: what supersedes it, what repeats it, what a command targets. */

const KEY = '2020-01-10_incremental.csv';
const ID = '2020-01-10.incremental';
const GOOD = 'ticker,close,date,action\nAAPL,101,2020-01-10,I\n';
const closes = (world: MemoryWorld) => fold('AAPL', world.current('AAPL')).map(({ date, close }) => `${date} ${close}`);

test.each(['not a CSV file', 'not a CSV file either'])(
  'a revoke is valid although a rejected file (%s) was uploaded in between',
  async (bad) => {
    const world = new MemoryWorld();
    await dropAndIngest(world, KEY, GOOD, '2020-01-10T21:00:00Z');
    await dropAndIngest(world, KEY, 'not a CSV file', '2020-01-10T21:10:00Z');
    // The operator revokes; before ingest handles it, the vendor uploads another bad file.
    const revoke = command(world, ID, 'revoke', '2020-01-10T21:20:00.000Z');
    expect(await dropAndIngest(world, KEY, bad, '2020-01-10T21:21:00Z')).toMatchObject({ status: 'rejected' });
    expect(await ingest(world, revoke)).toMatchObject({ status: 'revoked' });
    expect(closes(world)).toEqual([]);
  },
);

test('a command is superseded by a good file that was uploaded after it, also under another name', async () => {
  for (const name of [KEY, `${KEY}.gz`]) {
    const world = new MemoryWorld();
    await dropAndIngest(world, KEY, GOOD, '2020-01-10T21:00:00Z');
    const revoke = command(world, ID, 'revoke', '2020-01-10T21:20:00.000Z');
    await dropAndIngest(world, name, GOOD.replace('101', '202'), '2020-01-10T21:21:00Z');
    expect(await ingest(world, revoke)).toMatchObject({ status: 'superseded' });
    expect(closes(world)).toEqual(['2020-01-10 202']);
  }
});

test('a file uploaded again after a replay could not find it is applied', async () => {
  const world = new MemoryWorld();
  await dropAndIngest(world, KEY, GOOD, '2020-01-10T21:00:00Z');
  await ingest(world, command(world, ID, 'revoke', '2020-01-11T09:00:00.000Z'));
  // The vendor removes the file, or its version expires; the operator replays it.
  world.objects.delete(KEY);
  const replay = command(world, ID, 'replay', '2020-01-11T10:00:00.000Z');
  expect(await ingest(world, replay)).toMatchObject({ status: 'rejected' });
  expect(await dropAndIngest(world, KEY, GOOD, '2020-01-11T11:00:00Z')).toMatchObject({ status: 'applied' });
  expect([closes(world), world.deliveries.get(ID)?.state]).toEqual([['2020-01-10 101'], 'applied']);
});

test('the same content is a repeat only while it is applied', async () => {
  const world = new MemoryWorld();
  const again = (minute: number) => dropAndIngest(world, KEY, GOOD, `2020-01-10T21:${minute}:00Z`);
  expect((await again(10)).status).toBe('applied');
  expect((await again(11)).status).toBe('repeat');
  await dropAndIngest(world, KEY, 'not a CSV file', '2020-01-10T21:12:00Z');
  expect((await again(13)).status).toBe('applied');
  await ingest(world, command(world, ID, 'revoke', '2020-01-10T21:14:00.000Z'));
  expect((await again(15)).status).toBe('applied');
});

describe('two names of one delivery', () => {
  const NAMES = [KEY, '2020-01-10_INCREMENTAL.csv', '2020-01-10_incremental.CSV'];

  test('uploaded in the same second have one result in any order of handling', async () => {
    const content = (i: number) => GOOD.replace('101', String(200 + i));
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        async (dropped, handled) => {
          const world = new MemoryWorld();
          const events = dropped.map((i) => drop(world, NAMES[i] ?? '', content(i), '2020-01-10T21:00:00Z'));
          for (const i of handled)
            await ingest(world, events[i] ?? drop(world, KEY, ''), { invocation: anInvocation({ now: () => NOW }) });
          // The one whose name sorts last.
          expect(closes(world)).toEqual([`2020-01-10 ${200 + NAMES.indexOf(NAMES.toSorted().at(-1) ?? '')}`]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('have one order, with all commands about them', () => {
    const revision = fc
      .record({ key: fc.constantFrom(...NAMES), second: fc.nat(2), command: fc.option(fc.nat(2)) })
      .map(({ key, second, command: at }): UploadRevision => {
        const sequencer = `0${second + 1}`;
        const id = at === null ? sequencer : commandRevision(sequencer, `2020-01-11T09:00:00.00${at}Z`, 'revoke');
        return { upload: { key, droppedAt: `2020-01-10T21:00:0${second}Z` }, revision: id };
      });
    fc.assert(
      fc.property(revision, revision, revision, (a, b, c) => {
        expect(Math.sign(compareRevisions(a, b))).toBe(-Math.sign(compareRevisions(b, a)) + 0);
        if (compareRevisions(a, b) < 0 && compareRevisions(b, c) < 0) expect(compareRevisions(a, c)).toBeLessThan(0);
      }),
    );
  });
});
