import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { fold } from '../../lambdas/domain/prices/fold.ts';
import type { IngestOutcome } from '../../lambdas/ingest/ingest-delivery.ts';
import { anInvocation, drop, dropAndIngest, INGEST_SETTINGS, ingest, NOW, order } from '../support/drops.ts';
import { dyingAfter, MemoryWorld } from '../support/memory-world.ts';

/** Every path through the states of a revision (docs/reliability.md): a try dies anywhere, things happen, it is tried again. */

const KEY = '2020-01-10_incremental.csv';
const ID = '2020-01-10.incremental';
const TICKERS = ['AA', 'BB', 'CC', 'DD', 'EE'];
const file = (tickers: string[], close: string) =>
  `ticker,close,date,action\n${tickers.map((ticker) => `${ticker},${close},2020-01-10,I`).join('\n')}\nBAD,-1,2020-01-10,I\n`;
const EARLIER = file(['AA', 'BB', 'XX', 'YY', 'WW'], '1');
/** With these limits the one bad row of the file is too much. */
const STRICT = { ...INGEST_SETTINGS, maxRejectedShare: 0 };

type Event = ReturnType<typeof drop>;
const later = (hours: number, id = 'later') => {
  const now = NOW + hours * 3_600_000;
  return anInvocation({ id, now: () => now, deadline: now + 600_000 });
};

/** What is there before the revision: nothing, another revision of the same delivery, or a revoked one. */
const BEFORE: Record<string, (world: MemoryWorld) => Promise<unknown>> = {
  nothing: async () => undefined,
  'an applied revision': (world) => dropAndIngest(world, KEY, EARLIER, '2020-01-10T20:00:00Z'),
  'a revoked one': async (world) => {
    await dropAndIngest(world, KEY, EARLIER, '2020-01-10T20:00:00Z');
    await ingest(world, order(world, ID, 'revoked', '2020-01-10T20:30:00.000Z'));
  },
};

/** What happens until the next try, and with which limits that runs. */
const MEANWHILE: Record<string, { act: (world: MemoryWorld) => Promise<unknown>; settings?: typeof STRICT }> = {
  nothing: { act: async () => undefined },
  'the file is removed': { act: async (world) => world.objects.delete(KEY) },
  'the limits change': { act: async () => undefined, settings: STRICT },
  'a newer good file comes': {
    act: (world) =>
      ingest(world, drop(world, KEY, file(['BB', 'ZZ', 'YY', 'VV', 'UU'], '9'), '2020-01-10T21:30:00Z'), {
        invocation: later(1, 'newer'),
      }),
  },
  'a newer file comes, and is gone': {
    act: (world) => {
      const kept = world.objects.get(KEY);
      const newer = drop(world, KEY, file(['XX'], '9'), '2020-01-10T21:30:00Z');
      world.objects.delete(KEY);
      return ingest(world, newer, { invocation: later(1, 'newer') }).finally(
        () => kept && world.objects.set(KEY, kept),
      );
    },
  },
  'a newer file comes, and is gone, and the limits change': {
    act: (world) => MEANWHILE['a newer file comes, and is gone']?.act(world) ?? Promise.resolve(),
    settings: STRICT,
  },
  'a newer bad file comes': {
    act: (world) => {
      const kept = world.objects.get(KEY);
      const bad = drop(world, KEY, 'of no use', '2020-01-10T21:30:00Z');
      return ingest(world, bad, { invocation: later(1, 'newer') }).finally(() => kept && world.objects.set(KEY, kept));
    },
  },
};

const changesOf = (world: MemoryWorld, { changes }: { changes: string }): string[] =>
  JSON.parse(gunzipSync(world.records.get(changes) ?? Buffer.alloc(0)).toString());

const stateOf = (world: MemoryWorld) => {
  const { state, unfinished, applied } = world.deliveries.get(ID) ?? {};
  const prices = [...TICKERS, 'XX', 'ZZ', 'YY', 'WW', 'VV', 'UU'].flatMap((ticker) =>
    fold(world.standing(ticker)).map(({ close }) => `${ticker} ${close}`),
  );
  const told = world.messages
    .filter(({ message }) => message.revision === applied?.revision)
    .flatMap(({ message }) => changesOf(world, message));
  return {
    record: { state, unfinished, revocation: applied?.isRevocation ?? false, prices },
    told: [...new Set(told)],
  };
};

async function play(before: string, meanwhile: string, calls: number, isReplay: boolean) {
  const world = new MemoryWorld();
  await BEFORE[before]?.(world);
  let event: Event = drop(world, KEY, file(TICKERS, '2'), '2020-01-10T21:00:00Z');
  if (isReplay) event = order(world, ID, 'replayed', '2020-01-10T21:00:00.000Z');
  const dying = dyingAfter(world.ports(), calls);
  if (calls > 0)
    await ingest(world, event, { ports: dying.ports, invocation: later(0, 'dying') }).catch(() => undefined);
  const { act, settings = INGEST_SETTINGS } = MEANWHILE[meanwhile] ?? MEANWHILE['nothing'] ?? {};
  await act?.(world);
  let outcome: IngestOutcome | undefined;
  for (let hours = 2; !outcome && hours < 5; hours++)
    outcome = await ingest(world, event, { settings, invocation: later(hours) }).catch(() => undefined);
  const wasComplete =
    dying.made.includes('refreshed.send') || dying.made.filter((call) => call === 'records.put').length >= 4;
  return { world, outcome, isOver: dying.made.length < calls, wasComplete };
}

describe.each([
  ['a drop', false],
  ['a replay', true],
])('%s', (_what, isReplay) => {
  const starts = Object.keys(BEFORE).filter((before) => !isReplay || before !== 'nothing');
  test.each(starts.flatMap((before) => Object.keys(MEANWHILE).map((meanwhile) => [before, meanwhile] as const)))(
    'over %s that dies anywhere, then %s: ends as if that try had never been, or had been whole',
    async (before, meanwhile) => {
      const never = stateOf((await play(before, meanwhile, 0, isReplay)).world);
      const whole = stateOf((await play(before, meanwhile, 10_000, isReplay)).world);
      for (let calls = 1; ; calls++) {
        const { world, isOver, wasComplete } = await play(before, meanwhile, calls, isReplay);
        if (isOver) break;
        const { record, told } = stateOf(world);
        const found = { calls, ...record };
        const isAsWhole = wasComplete && isDeepStrictEqual(record, whole.record);
        if (!isAsWhole) expect(found).toEqual({ calls, ...never.record });
        // A ticker too many in the list costs a look; one that is missing, a mail.
        expect({ calls, told }).toEqual({ calls, told: expect.arrayContaining((isAsWhole ? whole : never).told) });
        expect(found.unfinished).toEqual([]);
      }
    },
  );
});
