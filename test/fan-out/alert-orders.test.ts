import fc from 'fast-check';
import type { ToldFire } from '../../lambdas/contracts/told-alerts.ts';
import { Reference } from '../simulation/reference.ts';
import { type Episode, episodesOf, overlaps, trusted } from '../simulation/reference-alerts.ts';
import { alertWorld, at, dateOf, drop, iso, send } from '../support/alert-days.ts';
import { above, alerted, anAlert } from '../support/alerts.ts';
import { anInvocation, command, dropAndIngest, ingest } from '../support/drops.ts';
import { fanOutOne } from '../support/fan-outs.ts';
import type { MemoryWorld } from '../support/memory-world.ts';

const THRESHOLD = 310;

type Change = { day: number; closes: Record<number, string>; what: 'drop' | 'revoke'; lags: boolean };

const days = fc.integer({ min: 9, max: 14 });
const change: fc.Arbitrary<Change> = fc.record({
  day: days,
  closes: fc.dictionary(days.map(String), fc.constantFrom('300', '309', '311', '320', ''), { minKeys: 1, maxKeys: 3 }),
  what: fc.constantFrom('drop', 'drop', 'drop', 'revoke'),
  lags: fc.boolean(),
});

/** The fires of the files, by the plainest model. */
const firesOf = (reference: Reference) =>
  episodesOf(
    trusted([...reference.current('AAPL')].map(([date, close]) => ({ date, close: Number(close) }))),
    1,
    THRESHOLD,
    '2020-01-08',
  );

/** Fires that mails announced and did not withdraw, or that were recorded. */
const liveOf = (world: MemoryWorld) =>
  [...world.told.values()].flatMap(({ fires }) => fires.filter(({ withdrawnBy }) => !withdrawnBy));

type Fires = ReturnType<typeof firesOf>;

/** Runs the changes in this order, a day each; a last delivery tells what an earlier one left. */
async function run(changes: readonly Change[]) {
  const world = await alertWorld(alerted(anAlert(above(String(THRESHOLD)))));
  const reference = new Reference();
  reference.drop('2020-01-08_history.csv', 'ticker,close,date\nAAPL,300,2020-01-07\nAAPL,300,2020-01-08');
  /** The fires after each change. */
  const history: { time: string; fires: Fires }[] = [];
  let today = 15;
  const applied = async (key: string, content: string | undefined, lags: boolean) => {
    if (content === undefined) reference.revoke(key);
    else reference.drop(key, content);
    history.push({ time: iso(today), fires: firesOf(reference) });
    if (!lags) await send(world, today);
  };
  for (const { day, closes, what, lags } of [...changes, LAST]) {
    const delivery = `feed${day}/2020-01-15`;
    const key = `${delivery}_incremental.csv`;
    today++;
    const now = iso(today);
    if (what === 'revoke') {
      if (!reference.has(key)) continue;
      const invocation = anInvocation({ now: () => at(today), deadline: at(today) + 600_000 });
      await ingest(world, command(world, `${delivery}.incremental`, 'revoke', now), { invocation });
      await applied(key, undefined, lags);
    } else if ((await dropAndIngest(world, key, fileOf(closes), now)).status === 'applied')
      await applied(key, fileOf(closes), lags);
  }
  return { world, history };
}

const LAST: Change = { day: 15, closes: { 15: '300' }, what: 'drop', lags: false };

const fileOf = (closes: Record<number, string>): string =>
  `ticker,close,date,action\n${Object.entries(closes)
    .map(([day, close]) => `AAPL,${close},${dateOf(Number(day))},${close === '' ? 'D' : 'I'}`)
    .join('\n')}`;

/** The days of a told fire: as they were told if that is true again, otherwise as later corrections moved them. */
function followed(told: ToldFire, history: Awaited<ReturnType<typeof run>>['history']): Episode {
  const first = { from: told.date, until: told.until };
  const moved = history
    .filter(({ time }) => time > told.by.slice(0, 24))
    .reduce<Episode>((span, { fires }) => fires.find((one) => overlaps(one, span)) ?? span, first);
  return history.at(-1)?.fires.find((one) => overlaps(one, first)) ?? moved;
}

test('in any order of deliveries, what was announced and not withdrawn are the fires of the final series', async () => {
  let fired = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 7 }), async (changes) => {
      const { world, history } = await run(changes);
      const fires = history.at(-1)?.fires ?? [];
      const live = liveOf(world).map((told) => ({ told: told.told, date: told.date, span: followed(told, history) }));
      fired += fires.length;
      const untold = fires.filter((fire) => !live.some(({ span }) => overlaps(span, fire)));
      const untrue = live.filter(
        ({ told, span }) => told === 'announced' && !fires.some((fire) => overlaps(span, fire)),
      );
      expect({ untold, untrue }).toEqual({ untold: [], untrue: [] });
      expect(new Set(live.map(({ date }) => date)).size).toBe(live.length);
      // What was known at the time of a mail had the fire, too.
      for (const { date, until, by } of liveOf(world)) {
        const then = history.find(({ time }) => time === by.slice(0, 24))?.fires ?? [];
        expect({ by, date, isKnown: then.some((fire) => overlaps(fire, { from: date, until })) }).toMatchObject({
          isKnown: true,
        });
      }
    }),
    { numRuns: Number(process.env['SEQUENCES'] ?? 300) },
  );
  expect(fired).toBeGreaterThan(50);
}, 120_000);

test('the same message again, before and after its mail, tells nothing again', async () => {
  const world = await alertWorld(alerted(anAlert(above('310'))));
  await drop(world, 9, { 9: '318' });
  const [sent] = world.messages;
  const again = () => fanOutOne(world, sent?.message, { now: at(10), deadline: at(10) + 600_000 });
  await again();
  await drop(world, 10, { 10: '319' });
  await send(world, 10);
  await again();
  expect(world.mails).toHaveLength(1);
});
