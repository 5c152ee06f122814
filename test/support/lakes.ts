import { lakeMessage } from '../../lambdas/contracts/lake-message.ts';
import { type BroughtIn, bringIn } from '../../lambdas/lake/bring-in.ts';
import type { LakePorts } from '../../lambdas/lake/ports.ts';
import type { MemoryLake } from './memory/lake.ts';
import type { MemoryWorld } from './memory-world.ts';

/** The ports of the lake function, on a world and a lake in memory. */
export const lakePorts = (world: MemoryWorld, lake: MemoryLake): LakePorts => {
  const { records, deliveries } = world.ports();
  return { ...lake.ports(), records, deliveries, hints: { send: async () => undefined } };
};

/** Keys of all reports, in the order in which they were first written. */
export const reportKeys = (world: MemoryWorld): string[] =>
  [...world.records.keys()].filter((key) => key.endsWith('/report.json'));

/** Brings the revision of a report into the lake, as for S3's event. */
export async function bring(ports: LakePorts, reportKey: string): Promise<BroughtIn | undefined> {
  const message = lakeMessage.parse({
    'detail-type': 'Object Created',
    detail: { bucket: { name: 'records' }, object: { key: reportKey } },
  });
  if (message.kind !== 'delivery') throw new Error(`Expected a delivery, found ${message.kind}.`);
  return bringIn(ports, message);
}
