import * as fc from 'fast-check';
import { collect } from '../../lambdas/collect/collect.ts';
import { collectRequest } from '../../lambdas/contracts/collect.ts';
import type { VendorAnswer, VendorRequest } from '../../local/vendors/vendor.ts';
import { CollectWorld, FRIDAY } from '../support/collect-world.ts';

/** Any sequence of partial, narrower, repeated and concurrent runs ends like one full run. */

const TICKERS = ['AAPL', 'KO', 'MSFT', 'TCS.NS'];
const DAY_MS = 86_400_000;
const FILE = 'yahoo/2025-03-07_incremental.csv';

type AnyRun = {
  subjects: string[];
  /** What goes wrong for some tickers. */
  faults: Record<string, 'down' | 'cut off' | 'nonsense' | 'empty' | 'unknown'>;
  /** Closes that the provider corrects later. */
  wrong: string[];
  /** Runs at the same time as the next one. */
  isConcurrent: boolean;
};

const aRun = fc.record<AnyRun>({
  subjects: fc.subarray(TICKERS, { minLength: 1 }),
  faults: fc.dictionary(
    fc.constantFrom(...TICKERS),
    fc.constantFrom('down' as const, 'cut off' as const, 'nonsense' as const, 'empty' as const, 'unknown' as const),
    { maxKeys: 3 },
  ),
  wrong: fc.subarray(TICKERS),
  isConcurrent: fc.boolean(),
});

function faultOf(world: CollectWorld, { faults, wrong }: AnyRun) {
  return (request: VendorRequest): VendorAnswer | undefined => {
    const ticker = TICKERS.find((one) => request.path.endsWith(`/${one}`));
    if (!ticker) return undefined;
    const right = world.right(request);
    switch (faults[ticker]) {
      case 'down':
        return { status: 503, body: '' };
      case 'cut off':
        return { ...right, body: right.body.slice(0, right.body.length / 2) };
      case 'nonsense':
        return { status: 200, body: '<html>Good evening</html>' };
      case 'empty':
        return {
          status: 200,
          body: JSON.stringify({ chart: { result: [{ meta: {}, indicators: { quote: [{}] } }] } }),
        };
      case 'unknown':
        return {
          status: 404,
          body: JSON.stringify({ chart: { result: null, error: { code: 'Not Found', description: 'gone' } } }),
        };
      default:
        return wrong.includes(ticker)
          ? { ...right, body: right.body.replace(/"close":\[null,[\d.]+/, '"close":[null,1.25') }
          : right;
    }
  };
}

let minutes = 0;
const request = (world: CollectWorld, subjects: string[]) =>
  collectRequest.parse({
    provider: 'yahoo',
    dataset: 'prices',
    subjects,
    at: new Date(world.now + ++minutes).toISOString(),
    settings: { perMinute: 60_000, concurrency: 2 },
  });

async function runAll(world: CollectWorld, runs: readonly AnyRun[]): Promise<void> {
  let waiting: Promise<unknown>[] = [];
  for (const run of runs) {
    world.fault = faultOf(world, run);
    waiting.push(collect(world.ports(), request(world, run.subjects), world.invocation()));
    if (run.isConcurrent) continue;
    await Promise.all(waiting);
    waiting = [];
  }
  await Promise.all(waiting);
  world.fault = () => undefined;
}

test('of one date: the file has the same bytes', async () => {
  const full = new CollectWorld();
  await collect(full.ports(), request(full, TICKERS), full.invocation());
  expect(full.rows(FILE).length).toBeGreaterThan(20);
  await fc.assert(
    fc.asyncProperty(fc.array(aRun, { maxLength: 5 }), async (runs) => {
      const world = new CollectWorld();
      await runAll(world, runs);
      await collect(world.ports(), request(world, TICKERS), world.invocation());
      expect(world.text(FILE)).toBe(full.text(FILE));
    }),
    { numRuns: 60 },
  );
});

/** The current closes, by the plainest fold: later files win. */
function closesIn(world: CollectWorld): string[] {
  const keys = [...world.world.objects.keys()].sort();
  const held = new Map<string, string | undefined>();
  for (const { ticker, date, action, close } of keys.flatMap((key) => world.rows(key)))
    held.set(`${ticker} ${date}`, action === 'D' ? undefined : close);
  return [...held].flatMap(([name, close]) => (close === undefined ? [] : [`${name} ${close}`])).sort();
}

test('of several dates: the closes of the last five sessions are the same, and nothing else is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(aRun, { maxLength: 3 }), { minLength: 1, maxLength: 4 }), async (days) => {
      const world = new CollectWorld();
      for (const [day, runs] of days.entries()) {
        world.now = FRIDAY + day * DAY_MS;
        await runAll(world, runs);
      }
      await collect(world.ports(), request(world, TICKERS), world.invocation());
      const full = new CollectWorld();
      full.now = world.now;
      await collect(full.ports(), request(full, TICKERS), full.invocation());
      const found = new Set(closesIn(world));
      expect(closesIn(full).filter((close) => !found.has(close))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
