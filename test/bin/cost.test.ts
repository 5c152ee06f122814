import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { costOf, type DESIGNS, missesOf, partsOf } from '../../bin/cost/day.ts';
import { FIXED, MEASURED } from '../../bin/cost/measured.ts';
import { ClosingBellStack } from '../../lib/closing-bell-stack.ts';
import { PROPS } from '../lib/stack.ts';
import { Simulation } from '../simulation/simulation.ts';
import { aSubscriber } from '../support/subscribers.ts';

const DAY = { tickers: 10_000, subscribers: 100_000, deliveries: 1, followed: 8 };
const MAILS = 20;
const TICKERS = ['A', 'B', 'C'];

/** Calls of the ports by name while a daily file is applied, mailed, and confirmed by SES. */
async function callsOfADay(): Promise<Map<string, number>> {
  const world = new Simulation();
  world.now = Date.parse('2020-01-03T21:00:00Z');
  for (let i = 0; i < MAILS; i++)
    world.subscribers.push(
      aSubscriber({
        address: `s${i}@example.com`,
        tickers: Object.fromEntries(TICKERS.map((one) => [one, { window: 30 }])),
      }),
    );
  world.dropFile(
    '2020-01-03_incremental.csv',
    `ticker,close,date,action\n${TICKERS.map((one) => `${one},5,2020-01-03,I`).join('\n')}\n`,
  );
  await world.settle();
  expect(world.mails).toHaveLength(MAILS);
  const counts = new Map<string, number>();
  for (const call of world.calls) {
    const [caller = '', name = ''] = call.split(' ');
    const key = `${caller.split('#')[0]} ${name}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

test('a mail takes the calls that the costs assume', async () => {
  const calls = await callsOfADay();
  const perMail = (...names: string[]) => names.reduce((sum, name) => sum + (calls.get(name) ?? 0), 0) / MAILS;
  const { readCalls, writeCalls, events } = MEASURED.perMail;
  expect(perMail('refreshed ledger.read', 'refreshed subscribers.get')).toBe(readCalls);
  expect(perMail('refreshed ledger.claim', 'refreshed ledger.markConfirmed')).toBe(writeCalls);
  expect(perMail('events ledger.markSent')).toBe(events);
  // Nothing else is called for each mail.
  const often = [...calls].filter(([, count]) => count >= MAILS).map(([name]) => name);
  expect(often.sort()).toEqual([
    'events ledger.markSent',
    'refreshed ledger.claim',
    'refreshed ledger.markConfirmed',
    'refreshed ledger.read',
    'refreshed mailer.send',
    'refreshed mailer.turn',
    'refreshed subscribers.get',
  ]);
});

test('the template has what is billed by the month', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new ClosingBellStack(app, 'ClosingBell', {
    ...PROPS,
    collectors: [],
    vendors: [],
    mailSenders: [],
    feeds: [],
  });
  const { Resources } = Template.fromStack(stack).toJSON() as {
    Resources: Record<string, { Type: string; Properties: { MemorySize?: number } }>;
  };
  for (const [name, memory] of Object.entries(MEASURED.memory)) {
    const found = Object.entries(Resources).find(
      ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith(name),
    );
    expect([name, found?.[1].Properties.MemorySize]).toEqual([name, memory]);
  }
  const count = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type).length;
  expect({
    'CloudWatch alarm': count('AWS::CloudWatch::Alarm'),
    'CloudWatch composite alarm': count('AWS::CloudWatch::CompositeAlarm'),
    'CloudWatch dashboard': count('AWS::CloudWatch::Dashboard'),
    'Secrets Manager secret': count('AWS::SecretsManager::Secret'),
    'WAF web ACL': count('AWS::WAFv2::WebACL'),
  }).toEqual({
    'CloudWatch alarm': FIXED['CloudWatch alarm'],
    'CloudWatch composite alarm': FIXED['CloudWatch composite alarm'],
    'CloudWatch dashboard': FIXED['CloudWatch dashboard'],
    'Secrets Manager secret': FIXED['Secrets Manager secret'],
    'WAF web ACL': FIXED['WAF web ACL'],
  });
});

test('twice the subscribers cost about twice as much, and one mail with all tickers less than a mail each', () => {
  const total = (day: typeof DAY, design: (typeof DESIGNS)[number] = 'ours') =>
    partsOf(day, design).reduce((sum, { units }) => sum + costOf(units), 0);
  expect(total({ ...DAY, subscribers: 200_000 }) / total(DAY)).toBeCloseTo(2, 1);
  expect(total(DAY, 'mail per ticker')).toBeGreaterThan(total(DAY));
});

test.each([
  ['ten tickers, all in the cache', [10, 100_000, 100], 10],
  ['one follow', [10_000, 1, 100], 1],
  ['no cache: each follow', [100, 5_000, 0], 5_000],
] as const)('misses of the cache: %s', (_what, [tickers, follows, cache], expected) => {
  expect(missesOf(tickers, follows, cache)).toBeCloseTo(expected, 3);
});
