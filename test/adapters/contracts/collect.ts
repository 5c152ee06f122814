import { collectRequest } from '../../../lambdas/contracts/collect.ts';
import { RunTally } from '../../../lambdas/domain/collect/run-tally.ts';
import type { Ports } from './worlds.ts';

/** The table of runs, and the pace that all invocations share. */
export function runsContract(port: () => Ports['runs']): void {
  const request = (at: string) =>
    collectRequest.parse({ provider: 'polygon', dataset: 'prices', subjects: ['AAPL'], at });
  const record = (at: string, answered = 0) =>
    new RunTally(request(at)).record(['AAPL'], { startedAt: at, planned: 2, answered, files: [] });

  test('the last runs of a provider come first, each as it was written last', async () => {
    const days = ['2025-03-05', '2025-03-06', '2025-03-07'].map((day) => `${day}T23:00:00.000Z`);
    for (const at of days) await port().put(record(at), request(at));
    await port().put(record(days[2] ?? '', 2), request(days[2] ?? ''));
    const found = await port().last('polygon', 2);
    expect(found.map(({ plannedAt, answered }) => `${plannedAt} ${answered}`)).toEqual([
      `${days[2]} 2`,
      `${days[1]} 0`,
    ]);
    expect(await port().last('nobody', 2)).toEqual([]);
  });

  test('a run is started again as it was started', async () => {
    const at = '2025-03-08T23:00:00.000Z';
    await port().put(record(at), request(at));
    expect(await port().requestOf('polygon', '20250308T230000000Z-prices')).toEqual(request(at));
    expect(await port().requestOf('polygon', 'none')).toBeUndefined();
  });

  test('requests of several invocations get slots one after the other', async () => {
    const now = Date.parse('2025-03-07T23:00:00Z');
    const take = (at: number, until: number) => port().take('fmp', { perMinute: 60 }, at, until);
    const slots = await Promise.all(Array.from({ length: 8 }, () => take(now, now + 60_000)));
    const waits = slots.map((slot) => (typeof slot === 'string' ? -1 : slot.waitMs)).sort((a, b) => a - b);
    expect(waits).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6000, 7000]);
    // A slot that comes too late is left to others.
    expect([await take(now, now + 7999), await take(now, now + 7999)]).toEqual(['late', 'late']);
    expect(await take(now, now + 8000)).toEqual({ waitMs: 8000 });
    // Time that was not used is not saved up.
    expect(await take(now + 600_000, now + 600_000)).toEqual({ waitMs: 0 });
    expect(await port().last('fmp', 5)).toEqual([]);
  });

  test('the quota of a day is for all invocations, and begins again with the next day', async () => {
    const now = Date.parse('2025-03-07T23:59:00Z');
    const take = (at: number) => port().take('newsapi', { perMinute: 6_000, perDay: 3 }, at, at + 60_000);
    const slots = await Promise.all(Array.from({ length: 5 }, () => take(now)));
    expect(slots.filter((slot) => slot === 'quota')).toHaveLength(2);
    expect([await port().usedOn('newsapi', '2025-03-07'), await port().usedOn('newsapi', '2025-03-08')]).toEqual([
      3, 0,
    ]);
    expect(await take(now + 60_000)).not.toBe('quota');
  });
}

/** The files of collectors: replaced only by who has read them. */
export function collectedContract(port: () => Ports['collected']): void {
  test('of several writers one wins, and the others read its file', async () => {
    const key = 'polygon/2025-03-07_incremental.csv';
    const write = (text: string, etag: string | undefined) => port().write(key, Buffer.from(text), etag);
    expect(await port().read(key)).toBeUndefined();
    expect((await Promise.all(['a', 'b', 'c'].map((text) => write(text, undefined)))).filter(Boolean)).toHaveLength(1);
    const read = await port().read(key);
    expect((await Promise.all(['d', 'e'].map((text) => write(text, read?.etag)))).filter(Boolean)).toHaveLength(1);
    expect(await write('f', read?.etag)).toBe(false);
    expect(await write('g', undefined)).toBe(false);
    const last = await port().read(key);
    expect(['d', 'e']).toContain(Buffer.from(last?.bytes ?? []).toString());
  });
}
