import { renames } from '../../../datasets/renames.ts';
import { LakeTable } from '../../../lambdas/adapters/iceberg/lake-table.ts';
import type { Ports } from './worlds.ts';

/** The lake's ports: objects that never change, and a catalog that takes a change only if the table is as it was read. */
export function lakeContract(port: () => Ports['lake']): void {
  test('an object is read as it was written; one that is missing is a sentence', async () => {
    const { metadata } = await LakeTable.load(port(), renames);
    const uri = `${metadata.location}/data/${Date.now()} ü.bin`;
    await port().objects.put(uri, Uint8Array.of(0, 255, 10));
    expect([...(await port().objects.get(uri))]).toEqual([0, 255, 10]);
    await expect(port().objects.get(`${uri}.none`)).rejects.toThrow(`Expected the object ${uri}.none of the lake`);
  });

  test('of two writers on one snapshot the second begins again; rows and ids are exact', async () => {
    const row = {
      ticker: 'META',
      old_ticker: 'FB, "x"\n',
      date: '2022-06-09',
      delivery: 'declared/2022-06-10.incremental',
      revision: '00661306D3D95C8',
      valid_from: '2022-06-10T20:00:00.000Z',
      precedence: '2022-06-10.incremental/declared',
    };
    const [first, second] = [await LakeTable.load(port(), renames), await LakeTable.load(port(), renames)];
    const before = await first.rows(await first.files());
    const add = async (table: LakeTable) =>
      table.commit({ removed: [], added: await table.write({}, [[row]]), summary: {}, properties: { 'test.x': '1' } });
    expect([await add(first), await add(second)]).toEqual([true, false]);
    const after = await LakeTable.load(port(), renames);
    expect(await after.rows(await after.files())).toEqual([...before, row]);
    expect(after.metadata.properties['test.x']).toBe('1');
  });

  test('a table that is not there is an error with its name', async () => {
    await expect(port().catalog.load('silver', 'nothing')).rejects.toThrow('silver.nothing');
  });
}
