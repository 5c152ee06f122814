import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { fold } from '../../lambdas/domain/prices/fold.ts';
import type { IngestOutcome } from '../../lambdas/ingest/ingest-delivery.ts';
import { anInvocation, command, drop, dropAndIngest, INGEST_SETTINGS, ingest, NOW } from '../support/drops.ts';
import { crashingAfter } from '../support/faulty-ports.ts';
import { MemoryWorld } from '../support/memory-world.ts';

/** Every path through the states of a revision (docs/reliability.md): a try crashes anywhere, something happens, it is retried. */

const KEY = '2020-01-10_incremental.csv';
const ID = '2020-01-10.incremental';
const TICKERS = ['AA', 'BB', 'CC', 'DD', 'EE'];
const file = (tickers: string[], close: string) =>
  `ticker,close,date,action\n${tickers.map((ticker) => `${ticker},${close},2020-01-10,I`).join('\n')}\nBAD,-1,2020-01-10,I\n`;
const EARLIER = file(['AA', 'BB', 'XX', 'YY', 'WW'], '1');
/** With these limits one bad row rejects the file. */
const STRICT = { ...INGEST_SETTINGS, maxRejectedShare: 0 };

const later = (hours: number, id = 'later') => {
  const now = NOW + hours * 3_600_000;
  return anInvocation({ id, now: () => now, deadline: now + 600_000 });
};

/** The state before the revision: no record, an applied revision of the same delivery, or a revoked one. */
const BEFORE: Record<string, (world: MemoryWorld) => Promise<unknown>> = {
  nothing: async () => undefined,
  'an applied revision': (world) => dropAndIngest(world, KEY, EARLIER, '2020-01-10T20:00:00Z'),
  'a revoked one': async (world) => {
    await dropAndIngest(world, KEY, EARLIER, '2020-01-10T20:00:00Z');
    await ingest(world, command(world, ID, 'revoke', '2020-01-10T20:30:00.000Z'));
  },
};

/** What happens before the next try, and the limits of that try. */
const MEANWHILE: Record<string, { act: (world: MemoryWorld) => Promise<unknown>; settings?: typeof STRICT }> = {
  nothing: { act: async () => undefined },
  'the file is removed': { act: async (world) => world.objects.delete(KEY) },
  'the limits change': { act: async () => undefined, settings: STRICT },
  'a newer good file is uploaded': {
    act: (world) =>
      ingest(world, drop(world, KEY, file(['BB', 'ZZ', 'YY', 'VV', 'UU'], '9'), '2020-01-10T21:30:00Z'), {
        invocation: later(1, 'newer'),
      }),
  },
  'a newer file is uploaded and removed': {
    act: (world) => {
      const kept = world.objects.get(KEY);
      const newer = drop(world, KEY, file(['XX'], '9'), '2020-01-10T21:30:00Z');
      world.objects.delete(KEY);
      return ingest(world, newer, { invocation: later(1, 'newer') }).finally(
        () => kept && world.objects.set(KEY, kept),
      );
    },
  },
  'a newer file is uploaded and removed, and the limits change': {
    act: (world) => MEANWHILE['a newer file is uploaded and removed']?.act(world) ?? Promise.resolve(),
    settings: STRICT,
  },
  'a newer bad file is uploaded': {
    act: (world) => {
      const kept = world.objects.get(KEY);
      const bad = drop(world, KEY, 'not a CSV file', '2020-01-10T21:30:00Z');
      return ingest(world, bad, { invocation: later(1, 'newer') }).finally(() => kept && world.objects.set(KEY, kept));
    },
  },
};

const changesOf = (world: MemoryWorld, { changes }: { changes: string }): string[] =>
  JSON.parse(gunzipSync(world.records.get(changes) ?? Buffer.alloc(0)).toString());

const stateOf = (world: MemoryWorld) => {
  const { state, unfinished, applied, announce, lease } = world.deliveries.get(ID) ?? {};
  const prices = [...TICKERS, 'XX', 'ZZ', 'YY', 'WW', 'VV', 'UU'].flatMap((ticker) =>
    fold(ticker, world.current(ticker)).map(({ close }) => `${ticker} ${close}`),
  );
  const published = world.messages
    .filter(({ message }) => message.revision === applied?.revision)
    .flatMap(({ message }) => changesOf(world, message));
  return {
    record: { state, unfinished, revocation: applied?.isRevocation ?? false, announce, lease, prices },
    published: [...new Set(published)],
  };
};

async function play(before: string, meanwhile: string, calls: number, isReplay: boolean) {
  const world = new MemoryWorld();
  await BEFORE[before]?.(world);
  let event = drop(world, KEY, file(TICKERS, '2'), '2020-01-10T21:00:00Z');
  if (isReplay) event = command(world, ID, 'replay', '2020-01-10T21:00:00.000Z');
  const crashing = crashingAfter(world.ports(), calls);
  if (calls > 0)
    await ingest(world, event, { ports: crashing.ports, invocation: later(0, 'crashing') }).catch(() => undefined);
  const { act, settings = INGEST_SETTINGS } = MEANWHILE[meanwhile] ?? MEANWHILE['nothing'] ?? {};
  await act?.(world);
  let outcome: IngestOutcome | undefined;
  for (let hours = 2; !outcome && hours < 5; hours++)
    outcome = await ingest(world, event, { settings, invocation: later(hours) }).catch(() => undefined);
  // The second conditional write stores the outcome with its announcement.
  const wasDecided = crashing.made.filter((call) => call === 'deliveries.replace').length >= 2;
  return { world, outcome, isOver: crashing.made.length < calls, wasDecided };
}

describe.each([
  ['an upload', false],
  ['a replay', true],
])('%s', (_what, isReplay) => {
  const starts = Object.keys(BEFORE).filter((before) => !isReplay || before !== 'nothing');
  test.each(starts.flatMap((before) => Object.keys(MEANWHILE).map((meanwhile) => [before, meanwhile] as const)))(
    'over %s crashes anywhere, then %s: the result is as without that try, or as if it had finished',
    async (before, meanwhile) => {
      const never = stateOf((await play(before, meanwhile, 0, isReplay)).world);
      const finished = stateOf((await play(before, meanwhile, 10_000, isReplay)).world);
      for (let calls = 1; ; calls++) {
        const { world, isOver, wasDecided } = await play(before, meanwhile, calls, isReplay);
        if (isOver) break;
        const { record, published } = stateOf(world);
        const found = { calls, ...record };
        const isFinished = wasDecided && isDeepStrictEqual(record, finished.record);
        if (!isFinished) expect(found).toEqual({ calls, ...never.record });
        // An extra ticker in the list costs one comparison; a missing one costs a mail.
        const expected = (isFinished ? finished : never).published;
        expect({ calls, published }).toEqual({ calls, published: expect.arrayContaining(expected) });
        expect(found.unfinished).toEqual([]);
      }
    },
  );
});
