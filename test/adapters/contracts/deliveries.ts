import type { DeliveryRecord } from '../../../lambdas/contracts/delivery-record.ts';
import type { Ports } from './worlds.ts';

const recordOf = (delivery: string): Omit<DeliveryRecord, 'version'> => ({
  delivery,
  state: 'received',
  revision: '01',
  file: { bucket: 'drop', key: 'k', etag: 'e', size: 1 },
  upload: { key: 'k', droppedAt: '2020-01-03T21:00:00.000Z' },
  profile: 0,
  knownAt: '2020-01-03T21:00:00.000Z',
  changedAt: '2020-01-03T21:00:01.000Z',
  counts: undefined,
  unfinished: ['01'],
  lease: { owner: 'me', until: 1 },
});

/** The deliveries port: optimistic locking of one record per delivery. */
export function deliveriesContract(port: () => Ports['deliveries']): void {
  test('a record is created once, by one of many', async () => {
    const next = recordOf('created/2020-01-03.history');
    expect(await port().get(next.delivery)).toBeUndefined();
    const creators = ['a', 'b', 'c'].map((owner) => port().replace(undefined, { ...next, lease: { owner, until: 1 } }));
    expect((await Promise.all(creators)).filter(Boolean)).toHaveLength(1);
    const { counts: _none, ...stored } = next;
    expect(await port().get(next.delivery)).toEqual({ ...stored, lease: expect.anything(), version: 1 });
  });

  test('a record is replaced by one of many who read its current version', async () => {
    const next = recordOf('raced/2020-01-03.history');
    const first = await port().replace(undefined, next);
    const racers = ['0A', '0B', '0C'].map((revision) => port().replace(first, { ...next, revision }));
    const [won, ...others] = (await Promise.all(racers)).filter(Boolean);
    expect(others).toEqual([]);
    expect(await port().get(next.delivery)).toEqual(won);
    expect(won?.version).toBe(2);
  });

  test('the same write again succeeds: it is a retry after a lost answer', async () => {
    const next = recordOf('retried/2020-01-03.history');
    const first = await port().replace(undefined, next);
    expect(await port().replace(undefined, next)).toEqual(expect.objectContaining({ version: 1 }));
    const second = { ...next, revision: '02' };
    for (const _ of [1, 2]) expect((await port().replace(first, second))?.revision).toBe('02');
    expect((await port().get(next.delivery))?.version).toBe(2);
  });

  test('a record that was read may be changed without changing the stored one', async () => {
    const next = recordOf('copied/2020-01-03.history');
    await port().replace(undefined, next);
    (await port().get(next.delivery))?.unfinished.push('99');
    expect((await port().get(next.delivery))?.unfinished).toEqual(['01']);
  });

  test('a smoke test is not listed; of a file in its folder the rejection is', async () => {
    const [passed, rejected] = ['2020-01-03', '2020-01-04'].map((date) => recordOf(`smoke/${date}.incremental`));
    const applied = {
      revision: '00',
      knownAt: '2020-01-02T21:00:00.000Z',
      file: passed?.file,
      upload: passed?.upload,
      profile: 0,
    };
    for (const next of [passed, { ...rejected, state: 'rejected', applied }])
      await port().replace(undefined, next as Omit<DeliveryRecord, 'version'>);
    const listed = (await port().all()).records.filter(({ delivery }) => delivery.startsWith('smoke/'));
    expect(listed.map(({ delivery, applied }) => [delivery, applied])).toEqual([
      ['smoke/2020-01-04.incremental', undefined],
    ]);
    expect((await port().get('smoke/2020-01-03.incremental'))?.state).toBe('received');
  });

  test('all records are listed', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `listed-${i}/2020-01-03.history`);
    await Promise.all(names.map((name) => port().replace(undefined, recordOf(name))));
    const listed = (await port().all()).records.map(({ delivery }) => delivery);
    expect(listed.filter((name) => name.startsWith('listed-')).sort()).toEqual(names.sort());
  });
}
