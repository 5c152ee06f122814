import type { World } from './worlds.ts';

/** Files that vendors mailed: each names its mail, and is replaced only by who has seen it. */
export function mailedContract(world: () => World): void {
  const KEY = 'mailed/2020-01-09_history.csv';
  const bytes = (text: string) => Buffer.from(text);

  test('a file names its mail, and is replaced only by who has seen it', async () => {
    const port = world().ports.mailed;
    expect(await port.find(KEY)).toEqual([]);
    expect(await port.upload(KEY, bytes('first'), 'gone', '1 m1')).toBe(false);
    expect(await port.upload(KEY, bytes('first'), undefined, '1 m1')).toBe(true);
    expect(await port.upload(KEY, bytes('second'), undefined, '2 m2')).toBe(false);
    const [first] = await port.find(KEY);
    expect(first).toMatchObject({ key: KEY, mail: '1 m1', etag: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(await port.upload(KEY, bytes('second'), first?.etag, '2 m2')).toBe(true);
    expect(await port.upload(KEY, bytes('third'), first?.etag, '3 m3')).toBe(false);
    expect(await port.find(KEY)).toMatchObject([{ mail: '2 m2' }]);
  });

  test('files of one delivery are found by the key of each, whatever their suffix', async () => {
    const port = world().ports.mailed;
    const [day, other] = ['mailed/2020-01-08', 'mailed/2020-01-08/2020-01-08'];
    const same = [`${day}_HISTORY.CSV`, `${day}_history.csv.gz`, `${day}_history.tsv`];
    for (const key of [...same, `${day}_incremental.csv`, `${day}_history.xlsx`, `${other}_history.csv`])
      await port.upload(key, bytes('x'), undefined, '1 m1');
    for (const key of same) expect((await port.find(key)).map((one) => one.key).sort()).toEqual(same.toSorted());
    expect((await port.find(`${day}_history.xlsx`)).map(({ key }) => key)).toEqual([`${day}_history.xlsx`]);
  });

  test('a file that was uploaded names no mail', async () => {
    await world().upload(KEY, 'uploaded');
    const [found] = await world().ports.mailed.find(KEY);
    expect(found?.mail).toBeUndefined();
    expect(found?.uploadedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  });
}
