import { collectedKey } from '../../lambdas/contracts/delivery-id.ts';
import type { LakePorts } from '../../lambdas/lake/ports.ts';
import { command, drop, ingest } from '../support/drops.ts';
import { crashingAfter, withFault } from '../support/faulty-ports.ts';
import { bring, lakePorts, reportKeys } from '../support/lakes.ts';
import { MemoryLake } from '../support/memory/lake.ts';
import { MemoryWorld } from '../support/memory-world.ts';

/** Whatever call of the lake fails or crashes, once, and whatever else is brought in meanwhile: after the retry the rows are the same. */

jest.setTimeout(300_000);

const NEW_YEAR = '2020-01-02_incremental.csv';
const file = (...rows: string[]) => `ticker,close,date,action\n${rows.join('\n')}\n`;

type Step = { what: string; act: (world: MemoryWorld) => Promise<unknown> };
const dropped = (key: string, content: string, minute: number): Step => ({
  what: key,
  act: (world) => ingest(world, drop(world, key, content, `2020-01-20T12:${String(minute).padStart(2, '0')}:00Z`)),
});
const commanded = (name: 'revoke' | 'replay', delivery: string): Step => ({
  what: `${name} ${delivery}`,
  act: (world) => ingest(world, command(world, delivery, name)),
});

const ARTICLE = {
  ticker: 'A',
  provider: 'finnhub',
  published: '2020-01-03T12:00:00Z',
  headline: 'A, "quoted"',
  polarity: '0.5',
  subjectivity: '1',
  finance: '-1',
};
const ITEM = { ticker: 'A', provider: 'finnhub', statement: 'income', date: '2019-12-31', period: 'FY' };
const records = (dataset: string, given: object | object[], minute: number): Step =>
  dropped(
    collectedKey(dataset, 'finnhub', '2020-01-03'),
    [given]
      .flat()
      .map((one) => `${JSON.stringify(one)}\n`)
      .join(''),
    minute,
  );

const STEPS: Step[] = [
  dropped(
    '2019-12-31_history.csv',
    'ticker,close,date\nA,1,2019-12-30\nA,2,2019-12-31\nB,5,2019-12-31\nC,7,2019-12-31\n',
    1,
  ),
  dropped(
    NEW_YEAR,
    file('A,3,2020-01-02,I', 'B,6,2020-01-02,I', 'C,,,D', 'A,2.5,2019-12-31,U', 'A,bad,2020-01-02,I'),
    2,
  ),
  // A correction that has fewer months.
  dropped(NEW_YEAR, file('A,3.5,2020-01-02,I', 'B,6,2020-01-02,I', 'C,8,2020-01-02,I'), 3),
  dropped('eu/2020-01-02_incremental.csv', file('A,9,2020-01-02,I'), 4),
  commanded('revoke', '2020-01-02.incremental'),
  dropped('declared/2020-01-03_incremental.csv', 'action,ticker,date,value\nS,A,2020-01-02,2\nR,D,2020-01-02,B\n', 5),
  dropped('2020-01-03_incremental.csv', 'nonsense\n', 6),
  commanded('replay', '2020-01-02.incremental'),
  records('quotes', { ticker: 'A', provider: 'finnhub', at: '2020-01-03T15:00:00Z', price: '3.5' }, 7),
  records('news', { ...ARTICLE, id: '1' }, 8),
  // A later run of the same day has more.
  records(
    'news',
    [
      { ...ARTICLE, id: '1' },
      { ...ARTICLE, id: '2', published: 'yesterday' },
      { ...ARTICLE, id: '3' },
    ],
    9,
  ),
  records('macro', { series: 'UNRATE', provider: 'finnhub', date: '2019-12-01', value: '-3.5' }, 10),
  records('policy', { type: 'fomc', provider: 'finnhub', date: '2020-03-18', title: 'Decision' }, 11),
  records('checks', { ticker: 'A', provider: 'finnhub', date: '2020-01-02', close: '3.5' }, 12),
  commanded('revoke', 'checks/finnhub/2020-01-03.incremental'),
  commanded('replay', 'checks/finnhub/2020-01-03.incremental'),
  records('fundamentals', { ...ITEM, item: 'revenue', value: '5' }, 13),
];

type Moment = { step: string; world: MemoryWorld; before: MemoryLake; key: string; after: Record<string, string[]> };

/** Each report at the moment when it was written: the world, and the lake without it and with it. */
const moments: Moment[] = [];

beforeAll(async () => {
  let lake = new MemoryLake();
  const done: Step[] = [];
  for (const step of STEPS) {
    done.push(step);
    const world = await worldAfter(done);
    const known = new Set(moments.map(({ key }) => key));
    for (const key of reportKeys(world).filter((one) => !known.has(one))) {
      const before = lake;
      lake = before.copy();
      await bring(lakePorts(world, lake), key);
      moments.push({ step: step.what, world, before, key, after: await lake.content() });
    }
  }
});

/** Worlds are made anew, with the same keys: sequencers count from the first upload. */
const worlds = new Map<number, MemoryWorld>();
async function worldAfter(steps: readonly Step[]): Promise<MemoryWorld> {
  const before = worlds.get(steps.length - 1) ?? new MemoryWorld();
  const world = new MemoryWorld();
  for (const name of ['objects', 'records', 'segments', 'deliveries'] as const)
    for (const [key, value] of before[name]) world[name].set(key, structuredClone(value) as never);
  for (const ticker of before.tickers) world.tickers.add(ticker);
  await steps.at(-1)?.act(world);
  worlds.set(steps.length, world);
  return world;
}

async function failedOnce(moment: Moment, faulty: (ports: LakePorts) => LakePorts): Promise<Record<string, string[]>> {
  const lake = moment.before.copy();
  const ports = lakePorts(moment.world, lake);
  await bring(faulty(ports), moment.key).catch(() => undefined);
  await bring(ports, moment.key);
  return lake.content();
}

async function callsOf({ world, before, key }: Moment): Promise<number> {
  const { ports, calls } = withFault(lakePorts(world, before.copy()), { call: -1, when: 'before' });
  await bring(ports, key);
  return calls();
}

test('there are reports of every kind, and all tables have rows', () => {
  expect(moments.map(({ step }) => step)).toEqual(STEPS.map(({ what }) => what));
  const states = moments.map(({ key, world }) => JSON.parse(String(world.records.get(key))).state);
  expect([...new Set(states)].sort()).toEqual(['applied', 'rejected', 'revoked']);
  const last = moments.at(-1)?.after ?? {};
  expect(Object.entries(last).map(([table, rows]) => [table, rows.length > 0])).toEqual(
    Object.keys(last).map((table) => [table, !['silver.retirements'].includes(table)]),
  );
});

test.each(STEPS.map(({ what }, i) => [i, what]))('any one fault of step %i, %s', async (i) => {
  const moment = moments[i as number];
  if (!moment) throw new Error(`There is no step ${i}.`);
  const calls = await callsOf(moment);
  expect(calls).toBeGreaterThan(5);
  for (let call = 0; call < calls; call++) {
    for (const when of ['before', 'after'] as const) {
      const found = await failedOnce(moment, (ports) => withFault(ports, { call, when }).ports);
      expect({ call, when, ...found }).toEqual({ call, when, ...moment.after });
    }
    const crashed = await failedOnce(moment, (ports) => crashingAfter(ports, call).ports);
    expect({ call, ...crashed }).toEqual({ call, ...moment.after });
  }
});

/** Ports that bring another report in before a call. */
function meanwhile(ports: LakePorts, at: number, act: () => Promise<unknown>): LakePorts {
  let calls = 0;
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, name) {
        const member: unknown = Reflect.get(object, name);
        if (typeof member === 'object' && member !== null) return wrap(member);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          if (calls++ === at) await act();
          return member.apply(object, args);
        };
      },
    });
  return wrap(ports);
}

test.each([
  ['an older revision while the newer one comes', 1, 2],
  ['a revision while it is revoked', 2, 4],
  ['a revocation while it is replayed', 4, 7],
  ['two deliveries of one month', 2, 3],
  ['an older event, sent again, while the newest comes', 1, 7],
])('%s: the newest wins, at every call', async (_what, first, second) => {
  const [older, newer] = [moments[first], moments[second]];
  if (!older || !newer) throw new Error('There are no such steps.');
  const expected = await inOrder(newer.world, newer.before, [older.key, newer.key]);
  for (let call = 0; ; call++) {
    const lake = newer.before.copy();
    const ports = lakePorts(newer.world, lake);
    let isReached = false;
    const interrupted = meanwhile(ports, call, async () => {
      isReached = true;
      await bring(ports, newer.key);
    });
    await bring(interrupted, older.key);
    if (!isReached) break;
    await bring(ports, newer.key);
    expect({ call, ...(await lake.content()) }).toEqual({ call, ...expected });
  }
});

async function inOrder(
  world: MemoryWorld,
  before: MemoryLake,
  keys: readonly string[],
): Promise<Record<string, string[]>> {
  const lake = before.copy();
  for (const key of keys) await bring(lakePorts(world, lake), key);
  return lake.content();
}

test.each([
  ['a correction', 1, 2],
  ['a revocation', 2, 4],
  ['a replay after a revocation', 4, 7],
])(
  '%s is applied and brought in while an older revision is: the older one changes nothing any more',
  async (_what, first, second) => {
    const [older, newer] = [moments[first], moments[second]];
    if (!older || !newer) throw new Error('There are no such steps.');
    const keys = moments.slice(first, second + 1).map(({ key }) => key);
    const expected = await inOrder(newer.world, older.before, keys);
    for (let call = 0, isReached = true; isReached; call++) {
      isReached = false;
      const lake = older.before.copy();
      let world = older.world;
      const ports = meanwhile(
        portsOf(() => world, lake),
        call,
        async () => {
          isReached = true;
          world = newer.world;
          for (const key of keys.slice(1)) await bring(lakePorts(world, lake), key);
        },
      );
      await bring(ports, older.key);
      if (isReached) expect({ call, ...(await lake.content()) }).toEqual({ call, ...expected });
    }
  },
);

/** Ports on a world that may be replaced. */
function portsOf(world: () => MemoryWorld, lake: MemoryLake): LakePorts {
  const now = () => lakePorts(world(), lake);
  return {
    ...lake.ports(),
    records: { get: (key) => now().records.get(key), list: (prefix) => now().records.list(prefix) },
    deliveries: { get: (delivery) => now().deliveries.get(delivery), all: () => now().deliveries.all() },
    hints: { send: async () => undefined },
  };
}
