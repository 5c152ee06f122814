import type { ToldAlert } from '../../../lambdas/contracts/told-alerts.ts';
import { ruleOf } from '../../../lambdas/domain/alerts/rule.ts';
import { above, anAlert } from '../../support/alerts.ts';
import type { Ports } from './worlds.ts';

const aRecord = (recipient: string, overrides: Partial<ToldAlert> = {}): ToldAlert => ({
  recipient,
  alert: 'one',
  writes: 1,
  expiresAt: 2_000_000_000,
  fires: [
    {
      version: 1,
      ticker: 'AAPL',
      rule: ruleOf(anAlert(above('310.25'))),
      date: '2020-01-09',
      until: '2020-01-09',
      side: 1,
      close: '318.2',
      told: 'announced',
      by: '2020-01-09T21:00:00.000Z#2020-01-09.incremental#01',
      on: '2020-01-09',
    },
  ],
  ...overrides,
});

/** What the ledger knows of alerts: one of many mails announces an episode. */
export function toldAlertsContract(ports: () => Pick<Ports, 'told' | 'ledger'>): void {
  const { told, ledger } = {
    told: () => ports().told,
    ledger: () => ports().ledger,
  };

  test('a record is written by one of many, who read the same one before', async () => {
    const writes = (n: number) =>
      Promise.all(['a', 'b', 'c'].map((by) => told().put({ ...aRecord('t1'), writes: n, fires: [{ ...fire(), by }] })));
    const fire = () => aRecord('t1').fires[0] as ToldAlert['fires'][number];
    for (const n of [1, 2]) expect((await writes(n)).filter(Boolean)).toHaveLength(1);
    expect(await told().put({ ...aRecord('t1'), writes: 4 })).toBe(false);
  });

  test('the same write again succeeds: it is a retry after a lost answer', async () => {
    for (const _ of [1, 2]) expect(await told().put(aRecord('t2'))).toBe(true);
    expect(await told().get('t2', 'one')).toEqual(aRecord('t2'));
    expect(await told().get('t2', 'two')).toBeUndefined();
  });

  test('all alerts of a recipient are read, and erased with their mails', async () => {
    const records = [aRecord('t3'), aRecord('t3', { alert: 'two' })];
    for (const record of [...records, aRecord('t4')]) await told().put(record);
    expect(await told().all('t3')).toEqual(records);
    // A mail reads them with its own record.
    expect(await ledger().read({ recipient: 't3', kind: 'digest', key: 'none' })).toEqual({
      told: expect.arrayContaining(records),
    });
    await ledger().eraseAll('t3');
    expect([await told().all('t3'), (await told().all('t4')).length]).toEqual([[], 1]);
  });
}
