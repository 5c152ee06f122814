import * as fc from 'fast-check';
import { fold } from '../../lambdas/domain/prices/fold.ts';
import { command, drop, ingest } from '../support/drops.ts';
import { bring, lakePorts, reportKeys } from '../support/lakes.ts';
import { MemoryLake } from '../support/memory/lake.ts';
import { MemoryWorld } from '../support/memory-world.ts';

/** Any order of events, and any repetition, ends in the same rows: those of the plainest model. */

const DELIVERIES = [
  '2020-01-10_history',
  '2020-01-10_incremental',
  '2020-02-03_incremental',
  'eu/2020-02-03_incremental',
];
const TICKERS = ['A', 'B', 'C'];
const DATES = ['2019-12-30', '2020-01-02', '2020-01-09', '2020-02-03'];

type FileRow = { ticker: string; date: string; close: string; action: string };
type Step = { key: string; rows: FileRow[] } | { key: string; command: 'revoke' | 'replay' };

const aRow = fc.record({
  ticker: fc.constantFrom(...TICKERS),
  date: fc.constantFrom(...DATES),
  close: fc.integer({ min: 1, max: 9_999_999 }).map((n) => String(n / 1000)),
  action: fc.constantFrom('I', 'I', 'I', 'U', 'D'),
});
const aRetirement = fc.constantFrom(...TICKERS).map((ticker) => ({ ticker, date: '', close: '', action: 'D' }));
const aBadRow = fc.constant({ ticker: 'A', date: '2020-13-45', close: '1', action: 'I' });
const aFile = fc.record({
  key: fc.constantFrom(...DELIVERIES),
  rows: fc.array(fc.oneof({ weight: 12, arbitrary: aRow }, aRetirement, aBadRow), { minLength: 4, maxLength: 12 }),
});
const aCommand = fc.record({
  key: fc.constantFrom(...DELIVERIES),
  command: fc.constantFrom('revoke' as const, 'replay' as const),
});
const someSteps = fc.array(fc.oneof({ weight: 3, arbitrary: aFile }, aCommand), { minLength: 1, maxLength: 8 });

const idOf = (key: string): string => key.replace('_', '.');

function textOf({ key, rows }: { key: string; rows: FileRow[] }): string {
  const own = key.includes('history') ? rows.filter(({ action }) => action === 'I') : rows;
  return `ticker,close,date,action\n${own.map(({ ticker, close, date, action }) => `${ticker},${close},${date},${action}`).join('\n')}\n`;
}

async function act(world: MemoryWorld, step: Step, minutes: number): Promise<void> {
  const time = new Date(Date.parse('2020-02-04T12:00:00Z') + minutes * 60_000).toISOString();
  if ('rows' in step) {
    await ingest(world, drop(world, `${step.key}.csv`, textOf(step), time));
  } else if (world.deliveries.has(idOf(step.key))) {
    await ingest(world, command(world, idOf(step.key), step.command, time));
  }
}

/** The current closes, in the plainest way: of the tables' rows, as an analyst would. */
async function currentIn(lake: MemoryLake): Promise<string[]> {
  const retired = await lake.rows('silver.retirements');
  return (await lake.rows('silver.price_versions'))
    .filter(({ valid_to, close }) => valid_to === null && close !== null)
    .filter(
      ({ ticker, precedence }) =>
        !retired.some((one) => one['ticker'] === ticker && String(one['precedence']) > String(precedence)),
    )
    .map(({ ticker, date, close, delivery }) => `${ticker} ${date} ${close} ${delivery}`)
    .sort();
}

const currentInPrices = (world: MemoryWorld): string[] =>
  TICKERS.flatMap((ticker) =>
    fold(ticker, world.current(ticker)).map(({ date, close, delivery }) => `${ticker} ${date} ${close} ${delivery}`),
  ).sort();

test('the rows equal the prices, however late, often and in whatever order events come', async () => {
  await fc.assert(
    fc.asyncProperty(someSteps, fc.infiniteStream(fc.nat(1_000)), async (steps, choices) => {
      const world = new MemoryWorld();
      const prompt = new MemoryLake();
      const late = new MemoryLake();
      const choose = (below: number): number => choices.next().value % below;
      for (const [minutes, step] of steps.entries()) {
        await act(world, step, minutes);
        for (const key of reportKeys(world)) await bring(lakePorts(world, prompt), key);
        // Some events come in between, the others at the end.
        const some = reportKeys(world)[choose(steps.length + 1)];
        if (some) await bring(lakePorts(world, late), some);
      }
      const left = reportKeys(world);
      while (left.length > 0) {
        const [key = ''] = left.splice(choose(left.length), 1);
        await bring(lakePorts(world, late), key);
        if (choose(3) === 0) await bring(lakePorts(world, late), key);
      }
      expect(await late.content()).toEqual(await prompt.content());
      expect(await currentIn(late)).toEqual(currentInPrices(world));
    }),
    { numRuns: Number(process.env['SEQUENCES'] ?? 60) },
  );
}, 240_000);
