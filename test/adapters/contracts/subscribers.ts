import { MAX_ALERTS } from '../../../lambdas/contracts/alert.ts';
import type { Subscriber } from '../../../lambdas/contracts/subscriber.ts';
import { subscriberId } from '../../../lambdas/contracts/subscriber-id.ts';
import { above, anAlert } from '../../support/alerts.ts';
import type { Ports } from './worlds.ts';

const NOW = '2020-01-10T22:00:00.000Z';

const pendingSubscriber = (name: string): Subscriber => ({
  subscriber: subscriberId(`${name}@example.com`),
  address: `${name}@example.com`,
  state: 'pending',
  tickers: {},
  preferences: { theme: 'light' },
});

/** The subscribers port: one item per mailbox. */
export function subscribersContract(port: () => Ports['subscribers']): void {
  const added = async (name: string, more: Partial<Subscriber> = {}): Promise<string> => {
    const item = { ...pendingSubscriber(name), ...more };
    await port().add(item);
    return item.subscriber;
  };

  test('a subscriber is added once, confirmed once, and erased', async () => {
    const ada = pendingSubscriber('once');
    const id = ada.subscriber;
    expect([await port().add(ada), await port().add(ada)]).toEqual([true, false]);
    expect(await port().get(id)).toEqual(ada);
    expect([await port().confirm(id, NOW), await port().confirm(id, NOW)]).toEqual([true, false]);
    expect(await port().get(id)).toEqual({ ...ada, state: 'active', resumedAt: NOW });
    await port().erase(id);
    expect(await port().get(id)).toBeUndefined();
    expect(await port().confirm(id, NOW)).toBe(false);
    await port().erase(id);
  });

  test('alerts are added, replaced by who saw the same version, and deleted', async () => {
    const id = await added('alerts', { state: 'active' });
    const alert = anAlert(above('310.25'), {
      note: 'sell',
      start: { date: '2020-01-08', closes: [{ date: '2020-01-08', close: '300' }] },
    });
    for (const key of ['one', 'two']) expect(await port().addAlert(id, key, alert)).toBe(true);
    const muted = { ...alert, mutedUntil: '2020-02-01' };
    expect(await port().replaceAlert(id, 'one', muted, alert)).toBe(true);
    const edited = anAlert(above('320'), { version: 2 });
    expect(await port().replaceAlert(id, 'two', edited, alert)).toBe(true);
    expect(await port().replaceAlert(id, 'two', alert, alert)).toBe(false);
    expect((await port().get(id))?.alerts).toEqual({ one: muted, two: edited });
    const former = { ticker: 'AAPL', today: '2020-01-10', forgotten: ['OLD'] };
    expect(await port().muteAlert(id, 'one', '2020-03-01')).toBe(true);
    expect((await port().get(id))?.alerts?.['one']?.mutedUntil).toBe('2020-03-01');
    expect(await port().muteAlert(id, 'none', '2020-03-01')).toBe(false);
    await port().muteAlert(id, 'one', null);
    expect((await port().get(id))?.alerts?.['one']).toEqual(alert);
    expect([await port().deleteAlert(id, 'one', former), await port().deleteAlert(id, 'one', former)]).toEqual([
      true,
      false,
    ]);
    expect(await port().replaceAlert(id, 'one', alert, alert)).toBe(false);
    expect(await port().get(id)).toMatchObject({ alerts: { two: edited }, formerAlerts: { AAPL: '2020-01-10' } });
    await port().deleteAlert(id, 'two', { ticker: 'KO', today: '2020-03-10', forgotten: ['AAPL', 'KO'] });
    expect((await port().get(id))?.formerAlerts).toEqual({ KO: '2020-03-10' });
    expect(await port().addAlert(subscriberId('nobody@example.com'), 'one', alert)).toBe(false);
  });

  test('a subscriber has at most so many alerts', async () => {
    const alerts = Object.fromEntries(Array.from({ length: MAX_ALERTS }, (_, i) => [`a${i}`, anAlert(above('310'))]));
    const id = await added('full-of-alerts', { state: 'active', alerts });
    expect(await port().addAlert(id, 'one-more', anAlert(above('310')))).toBe(false);
  });

  test('a preference for mails is kept', async () => {
    const id = await added('mails', { state: 'active' });
    await port().setPreferences(id, { mails: 'alerts' }, NOW);
    expect((await port().get(id))?.preferences).toEqual({ theme: 'light', mails: 'alerts' });
  });

  test('an invited subscriber may be invited again until they confirm', async () => {
    const ada = pendingSubscriber('invited');
    const other = { ...ada, tickers: { X: { window: 30 as const } } };
    expect([await port().invite(ada), await port().invite(other)]).toEqual([true, true]);
    expect((await port().get(ada.subscriber))?.tickers).toEqual(other.tickers);
    await port().confirm(ada.subscriber, NOW);
    expect(await port().invite(ada)).toBe(false);
    const bounced = await added('invited-bounced');
    await port().stop(bounced, { why: 'bounced', at: NOW }, NOW);
    expect(await port().invite(pendingSubscriber('invited-bounced'))).toBe(false);
  });

  test('a subscriber follows at most 500 tickers, also when several requests arrive at once', async () => {
    const tickers = Object.fromEntries(Array.from({ length: 498 }, (_, i) => [`T${i}`, { window: 90 as const }]));
    const id = await added('follows', { tickers });
    const requests = ['A.B', 'C/D', 'E#F', 'T0'].map((ticker) => port().follow(id, ticker, 365));
    expect((await Promise.all(requests)).filter(Boolean)).toHaveLength(3);
    expect((await port().get(id))?.tickers['T0']).toEqual({ window: 365 });
    await port().unfollow(id, 'T0');
    expect(Object.keys((await port().get(id))?.tickers ?? {})).toHaveLength(499);
  });

  test('groups of tickers are kept as given', async () => {
    const id = await added('groups');
    const groups = [{ name: 'Tech', tickers: ['AAPL', 'C/D'] }];
    await port().setPreferences(id, { groups }, NOW);
    expect((await port().get(id))?.preferences.groups).toEqual(groups);
  });

  test('a pause keeps tickers and alerts, until it is ended', async () => {
    const id = await added('pauses', { state: 'active' });
    const { tickers } = (await port().get(id)) ?? {};
    const [before, after] = ['2020-01-09T00:00:00.000Z', '2999-01-01T00:00:00.000Z'];
    expect(await port().undoPause(id, before)).toBe(false);
    expect(await port().pause(id, NOW)).toBe(true);
    expect(await port().pause(id, NOW)).toBe(false);
    expect(await port().get(id)).toMatchObject({ state: 'paused', pausedAt: NOW, tickers });
    await port().setPreferences(id, { theme: 'dark' }, NOW);
    expect((await port().get(id))?.state).toBe('paused');
    // It is older than the link works.
    expect(await port().undoPause(id, after)).toBe(false);
    expect(await port().undoPause(id, before)).toBe(true);
    expect(await port().get(id)).toMatchObject({ state: 'active', tickers });
    const pending = await added('pauses-pending', { state: 'pending' });
    expect(await port().pause(pending, NOW)).toBe(false);
    await port().pause(id, NOW);
    await port().setPreferences(id, { pausedUntil: null }, NOW);
    expect((await port().get(id))?.state).toBe('active');
  });

  test('nothing is changed for a mailbox without a subscriber', async () => {
    const results = [
      await port().follow('none', 'T0', 90),
      await port().unfollow('none', 'T0'),
      await port().pause('none', NOW),
      await port().undoPause('none', ''),
      await port().setPreferences('none', { theme: 'dark' }, NOW),
      await port().stop('none', { why: 'bounced', at: NOW }, NOW),
      await port().countSoftBounces('none', 1),
    ];
    expect(results).toEqual(results.map(() => false));
    expect(await port().get('none')).toBeUndefined();
  });

  test('preferences are changed one by one; null resumes, whatever stopped the digests', async () => {
    const id = await added('preferences');
    await port().setPreferences(id, { theme: 'dark', window: 365, pausedUntil: '2020-02-01' }, NOW);
    expect(await port().setPreferences(id, {}, NOW)).toBe(true);
    await port().stop(id, { why: 'bounced', at: NOW }, NOW);
    await port().setPreferences(id, { theme: 'light' }, NOW);
    expect(await port().get(id)).toMatchObject({
      preferences: { theme: 'light', window: 365 },
      pausedUntil: '2020-02-01',
      undeliverable: { why: 'bounced' },
    });
    await port().setPreferences(id, { pausedUntil: null }, NOW);
    expect(await port().get(id)).toEqual({
      ...pendingSubscriber('preferences'),
      preferences: { theme: 'light', window: 365 },
      resumedAt: NOW,
    });
  });

  test('an address is stopped until its owner resumes; the first reason counts', async () => {
    const id = await added('stopped');
    const bounced = { why: 'bounced', at: '2020-01-10T21:00:00.000Z' } as const;
    const sentAt = '2020-01-10T20:59:00.000Z';
    expect(await port().stop(id, bounced, sentAt)).toBe(true);
    await port().stop(id, { why: 'complained', at: '2020-01-11T21:00:00.000Z' }, '2020-01-11T20:59:00.000Z');
    expect((await port().get(id))?.undeliverable).toEqual(bounced);
    await port().setPreferences(id, { pausedUntil: null }, '2020-01-12T09:00:00.000Z');
    // A mail that was sent before the owner resumed.
    expect(await port().stop(id, { why: 'bounced', at: '2020-02-01T00:00:00.000Z' }, sentAt)).toBe(false);
    expect((await port().get(id))?.undeliverable).toBeUndefined();
  });

  test('the highest number of soft bounces is kept', async () => {
    const id = await added('soft');
    for (const count of [1, 3, 2, 3]) await port().countSoftBounces(id, count);
    expect((await port().get(id))?.softBounces).toBe(3);
  });

  test.each([1, 3])('a scan in %i segments returns every subscriber once', async (totalScanSegments) => {
    const names = Array.from({ length: 30 }, (_, i) => `scanned-${totalScanSegments}-${i}`);
    for (const name of names) await added(name);
    const seen: string[] = [];
    for (let scanSegment = 0; scanSegment < totalScanSegments; scanSegment++) {
      let after: string | undefined;
      do {
        const page = await port().scanPage({ scanSegment, totalScanSegments, after }, 4);
        expect(page.subscribers.length).toBeLessThanOrEqual(4);
        seen.push(...page.subscribers.map(({ address }) => address));
        ({ after } = page);
      } while (after);
    }
    const own = seen.filter((address) => address.startsWith(`scanned-${totalScanSegments}-`));
    expect(own.sort()).toEqual(names.map((name) => `${name}@example.com`).sort());
  });

  test('the approximate count is not negative: it may be hours old, and is zero for a new table', async () => {
    expect(await port().approximateCount()).toBeGreaterThanOrEqual(0);
  });
}
