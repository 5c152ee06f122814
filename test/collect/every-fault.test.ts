import { collect } from '../../lambdas/collect/collect.ts';
import type { CollectPorts } from '../../lambdas/collect/ports.ts';
import { type CollectRequest, collectRequest, type NewCollectRequest } from '../../lambdas/contracts/collect.ts';
import { CollectWorld, FRIDAY } from '../support/collect-world.ts';
import { crashingAfter, withFault } from '../support/faulty-ports.ts';

/** Whatever call of a collector fails or crashes, once, before or after its effect: after the retry everything is as without the fault. */

const at = new Date(FRIDAY).toISOString();
const settings = { batchSize: 1, concurrency: 1, perMinute: 6_000 };
const RUNS: [what: string, request: NewCollectRequest][] = [
  ['prices of one session', { provider: 'polygon', dataset: 'prices', subjects: ['AAPL', 'MSFT'], at, settings }],
  [
    'a history',
    { provider: 'yahoo', dataset: 'prices', subjects: ['AAPL'], from: '2025-02-03', to: '2025-03-07', at, settings },
  ],
  ['a check', { provider: 'fmp', dataset: 'prices', subjects: ['AAPL'], role: 'check', at, settings }],
  ['news', { provider: 'finnhub', dataset: 'news', subjects: ['AAPL', 'MSFT'], at, settings }],
  ['values with pages', { provider: 'fred', dataset: 'macro', subjects: ['UNRATE'], at, settings }],
];

/** Files, events of uploads, and what the record says. */
const stateOf = (world: CollectWorld) => ({
  files: [...world.world.objects].map(([key, { content }]) => [key, content.toString('base64' as never)]).sort(),
  uploads: new Set(world.events.map(({ file }) => `${file.key} ${file.etag}`)),
  records: [...world.runs.records.values()].map(({ state, rows, missingCount, files }) => ({
    state,
    rows,
    missingCount,
    files: files.map(({ key }) => key),
  })),
});

async function run(world: CollectWorld, request: CollectRequest, ports: CollectPorts): Promise<void> {
  await collect(ports, request, world.invocation());
}

test.each(RUNS)('any one fault of %s', async (_what, given) => {
  const request = collectRequest.parse(given);
  const right = new CollectWorld();
  const counting = withFault(right.ports(), { call: -1, when: 'before' });
  await run(right, request, counting.ports);
  const calls = counting.calls();
  expect(calls).toBeGreaterThan(8);
  for (let call = 0; call < calls; call++) {
    for (const when of ['before', 'after', 'crash'] as const) {
      const world = new CollectWorld();
      const ports = world.ports();
      const faulty = when === 'crash' ? crashingAfter(ports, call + 1).ports : withFault(ports, { call, when }).ports;
      await run(world, request, faulty).catch(() => undefined);
      await run(world, request, ports);
      expect([call, when, stateOf(world)]).toEqual([call, when, stateOf(right)]);
    }
  }
});

test('two invocations of one run at the same time end as one', async () => {
  for (const [, given] of RUNS) {
    const request = collectRequest.parse(given);
    const [one, two] = [new CollectWorld(), new CollectWorld()];
    await run(one, request, one.ports());
    await Promise.all([run(two, request, two.ports()), run(two, request, two.ports())]);
    expect(stateOf(two)).toEqual(stateOf(one));
  }
});
