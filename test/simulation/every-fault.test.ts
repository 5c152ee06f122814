import { getsDigests } from '../../lambdas/contracts/subscriber.ts';
import { fold } from '../../lambdas/domain/prices/fold.ts';
import type { Fault } from './faults.ts';
import { outcomeOf, outcomeWithoutTexts, outcomeWithoutTimes } from './outcome.ts';
import { Reference } from './reference.ts';
import { type Burst, OVERTAKEN, REMAILED, SCENARIO, SPOILT, SUBSCRIBERS, UNDONE } from './scenario.ts';
import { Simulation } from './simulation.ts';

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse('2020-01-03T21:00:00Z');
const BURSTS = [...SCENARIO, OVERTAKEN, SPOILT, UNDONE, REMAILED];

jest.setTimeout(600_000);

/** Runs one day of the scenario with one fault or none, and handles all messages. */
async function play(world: Simulation, day: number, fault?: Fault): Promise<Simulation> {
  world.withFault(fault);
  world.now = FIRST_DAY + day * DAY_MS;
  for (const { act } of BURSTS[day] ?? []) await act(world);
  await world.settle();
  return world;
}

/** The world before each day, and after the last one, in a run without a fault. */
const worlds: Simulation[] = [];

beforeAll(async () => {
  const world = new Simulation();
  world.subscribers.push(...structuredClone(SUBSCRIBERS));
  worlds.push(world);
  for (const day of BURSTS.keys()) worlds.push(await play(worldBefore(day).fork(), day));
});

function worldBefore(day: number): Simulation {
  const world = worlds[day];
  if (!world) throw new Error(`The scenario has no day ${day}.`);
  return world;
}
const worldAfter = (day: number): Simulation => worldBefore(day + 1);

const currentPrices = (world: Simulation): string[] =>
  [...world.tickers]
    .flatMap((ticker) => fold(ticker, world.current(ticker)).map(({ date, close }) => `${ticker} ${date} ${close}`))
    .sort();
const mailedOn = (day: number, after: Simulation): string[] =>
  after.mails
    .slice(worldBefore(day).mails.length)
    .map(({ to }) => to)
    .sort();

/**
 * Addresses that each step of a day concerns, by the reference model, which it updates. What a subscriber follows is changed on days of
 * its own, alerts also while a file is on its way: those count as they are in the end.
 */
const concerned = (reference: Reference, burst: Burst, day: number): string[] => {
  const subscribers = worldBefore(day)
    .subscribers.filter((one) => getsDigests(one, '2020-01-01') && one.preferences.mails !== 'weekly')
    .map((one) => ({ ...one, alerts: worldAfter(day).subscriberOf(one.address)?.alerts }));
  return burst
    .flatMap(({ expected: change, alsoMailed = [] }) => [
      ...(change ? reference.concerned(() => change(reference), subscribers) : []),
      ...alsoMailed,
    ])
    .sort();
};
/** The reference model before a day. */
function referenceBefore(day: number): Reference {
  const reference = new Reference();
  for (const { expected } of BURSTS.slice(0, day).flat()) expected?.(reference);
  return reference;
}

test('without a fault, prices and mails equal those of the reference model', () => {
  for (const [day, burst] of BURSTS.entries()) {
    const reference = referenceBefore(day);
    const mailed = concerned(reference, burst, day);
    const after = worldAfter(day);
    expect({ day, mailed: mailedOn(day, after), prices: currentPrices(after) }).toEqual({
      day,
      mailed,
      prices: reference.prices(),
    });
    expect(after.deadLetters).toEqual([]);
  }
  expect(worldAfter(BURSTS.length - 1).mails.length).toBeGreaterThan(25);
});

/** Every fault of one day: of each call, and of each message. */
function* faultsOf(day: number): Generator<Fault> {
  const [before, after] = [worldBefore(day), worldAfter(day)];
  for (let call = before.calls.length; call < after.calls.length; call++)
    for (const kind of ['before', 'after', 'crash'] as const) yield { kind, call };
  for (const [i, { message, calls, others }] of after.picks.slice(before.picks.length).entries()) {
    const pick = before.picks.length + i;
    yield { kind: 'twice', pick };
    yield { kind: 'late', pick };
    yield { kind: 'in-turns', pick };
    for (let instead = 0; instead < others; instead++) yield { kind: 'reordered', pick, instead };
    // Events of mails are many, and each touches its own record.
    const meanwhile = message.startsWith('events') ? 0 : others;
    for (let call = 0; call < calls; call++) {
      yield { kind: 'twin', pick, call };
      for (let instead = 0; instead < meanwhile; instead++) {
        yield { kind: 'meanwhile', pick, call, instead };
        yield { kind: 'meanwhile', pick, call, instead, swapped: true };
      }
    }
  }
}

let tried = 0;

afterAll(() => {
  process.stdout.write(`every fault, once: ${tried} fault points over ${worlds.at(-1)?.calls.length} port calls\n`);
});

test('exactly the file that did not arrive is late', () => {
  expect([...worldAfter(SCENARIO.length - 1).late]).toEqual([
    expect.stringMatching(/^\/2020-\d\d-\d\d: [1-9]\d* wait$/),
  ]);
});

test.each([...SCENARIO.keys()].map((day) => [day, SCENARIO[day]?.map(({ what }) => what).join(', ')]))(
  'any one fault on day %i does not change the result: %s',
  async (day) => {
    const drops = BURSTS[day]?.filter(({ what }) => what.includes('uploaded')).length ?? 0;
    // A mail displays the closes that are current when it is composed.
    const uploads = BURSTS[day]?.some(({ what }) => /^a (?:collector runs|smoke test|vendor mails)/.test(what));
    const outcome = uploads ? outcomeWithoutTimes : drops > 1 ? outcomeWithoutTexts : outcomeOf;
    const expected = outcome(worldAfter(day));
    for (const fault of faultsOf(day)) {
      const world = await play(worldBefore(day).fork(), day, fault);
      const made = 'pick' in fault ? undefined : fault.call;
      // The run without the fault makes the same call at this point.
      if (made !== undefined) expect(world.calls[made]).toBe(worldAfter(day).calls[made]);
      expect({ fault, ...outcome(world) }).toEqual({ fault, ...expected });
      tried++;
    }
  },
);

test.each([
  ['the newer one is current, and the older one was mailed or not', OVERTAKEN, OVERTAKEN.slice(1)],
  ['the good one is current', SPOILT, SPOILT],
  ['the last command is current, and the first one was mailed or not', UNDONE, []],
  ['the file of the later mail is current, and the other one was mailed or not', REMAILED, REMAILED.slice(1)],
])('after any one fault between two revisions of a file, %s', async (_what, burst, second) => {
  const day = BURSTS.indexOf(burst);
  const [both, last] = [referenceBefore(day), referenceBefore(day)];
  const mailed = concerned(both, burst, day);
  const allowed = [mailed, concerned(last, second, day)];
  for (const fault of faultsOf(day)) {
    const world = await play(worldBefore(day).fork(), day, fault);
    const found = { fault, prices: currentPrices(world), dead: world.deadLetters };
    expect(found).toEqual({ fault, prices: both.prices(), dead: [] });
    expect(allowed).toContainEqual(mailedOn(day, world));
    tried++;
  }
});
