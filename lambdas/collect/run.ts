import type { CollectRequest } from '../contracts/collect.ts';
import type { PlanContext } from '../domain/collect/provider.ts';
import type { RunTally } from '../domain/collect/run-tally.ts';
import type { Answers } from './ask-batches.ts';
import type { CollectPorts } from './ports.ts';

/** A run whose requests were all asked. */
export type Run = {
  ports: CollectPorts;
  request: CollectRequest;
  answers: Pick<Answers, 'read'>;
  tally: RunTally;
  context: PlanContext;
};

/** Writers that change one file at the same time. */
const MAX_CONFLICTS = 10;

/**
 * Changes a file of the drop bucket; if another writer was faster, it begins again with the new file. The same bytes are not written
 * again: nobody needs that revision.
 * @param change gets the bytes of the file, undefined if there is none; undefined or no bytes leave it
 */
export async function changeFile(
  { files }: CollectPorts,
  key: string,
  change: (bytes: Uint8Array | undefined) => Promise<Uint8Array | undefined>,
): Promise<{ key: string; changed: boolean }> {
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
    const current = await files.read(key);
    const bytes = await change(current?.bytes);
    const isSame = bytes === undefined || (current && Buffer.compare(current.bytes, bytes) === 0);
    if (isSame) return { key, changed: false };
    if (await files.write(key, bytes, current?.etag)) return { key, changed: true };
  }
  throw new Error(`${key} was changed by others ${MAX_CONFLICTS} times in a row. The queue tries again by itself.`);
}
