import type { Revision } from '../../../lambdas/contracts/revision.ts';
import type { Ports } from './worlds.ts';

/** The prices port: what the table must do for ingest, fan-out, API and charts. */
export function pricesContract(port: () => Ports['prices']): void {
  const knownAt = '2020-01-02T21:00:00.000Z';
  const revisionOf = (delivery: string, revision: string): Revision => ({ delivery, revision, knownAt });

  test('segments are read as written, in the order of their keys, from a year on, with tombstones', async () => {
    const by = revisionOf('2020-01-01.history', '01');
    const segments = Array.from({ length: 60 }, (_, i) => ({
      ticker: 'W',
      year: String(1960 + i),
      rows: `0101 ${i + 1}`,
    }));
    const { batchSize } = port();
    for (let i = 0; i < segments.length; i += batchSize)
      await port().writeSegments(by, segments.slice(i, i + batchSize));
    await port().writeSegments(by, [{ ticker: 'W', year: '9999', rows: 'retired' }]);
    const expected = [
      { ...by, ticker: 'W', year: '2018', rows: '0101 59' },
      { ...by, ticker: 'W', year: '2019', rows: '0101 60' },
      { ...by, ticker: 'W', year: '9999', rows: 'retired' },
    ];
    expect(await port().segmentsOf('W', '2018')).toEqual({ current: expected, versions: expected });
    expect(await port().segmentsOf('V', '0')).toEqual({ current: [], versions: [] });
  });

  test('a write may be repeated', async () => {
    const by = revisionOf('2020-01-02.incremental', '01');
    for (const _ of [1, 2]) await port().writeSegments(by, [{ ticker: 'TWICE', year: '2020', rows: '0102 1' }]);
    expect((await port().segmentsOf('TWICE', '0')).versions).toEqual([
      { ...by, ticker: 'TWICE', year: '2020', rows: '0102 1' },
    ]);
  });

  test('a replaced segment is kept as a version; segments of other deliveries do not change', async () => {
    const [first, second] = ['01', '02.20200103T100000000Z.revoke'].map((revision) =>
      revisionOf('a@b/2020-01-02.history', revision),
    ) as [Revision, Revision];
    const other = revisionOf('eu/2020-01-02.incremental', '0F');
    const name = { ticker: 'R', year: '2020' };
    for (const by of [first, other]) await port().writeSegments(by, [{ ...name, rows: '0102 1' }]);
    const replaced = await port().currentSegments(first.delivery, [name, { ...name, year: '2021' }]);
    expect(replaced).toEqual([{ ...name, ...first, rows: '0102 1' }]);
    await port().keepReplaced(
      knownAt,
      replaced.map((segment) => ({ ...segment, isUnfinished: true })),
    );
    await port().writeSegments(second, [{ ...name, rows: '' }]);
    const kept = { ...other, ...name, rows: '0102 1' };
    expect(await port().segmentsOf('R', '0')).toEqual({
      current: [kept],
      versions: [
        { ...second, ...name, rows: '' },
        { ...first, ...name, rows: '0102 1', isReplaced: true, isUnfinished: true },
        kept,
      ],
    });
  });

  test('any number of segments is read by name; those that do not exist are left out', async () => {
    const by = revisionOf('2020-01-02.incremental', '01');
    const names = Array.from({ length: 130 }, (_, i) => ({ ticker: `M${i}`, year: '2020' }));
    const { batchSize } = port();
    for (let i = 0; i < names.length; i += batchSize)
      await port().writeSegments(
        by,
        names.slice(i, i + batchSize).map((name) => ({ ...name, rows: '0102 1' })),
      );
    const keys = [...names, { ticker: 'M0', year: '2021' }].map((name) => ({ ...name, delivery: by.delivery }));
    const found = await port().segmentsAt(keys);
    expect(found.map(({ ticker }) => ticker).sort()).toEqual(names.map(({ ticker }) => ticker).sort());
    expect(await port().segmentsAt([])).toEqual([]);
  });
}
