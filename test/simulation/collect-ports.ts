import type { CollectPorts } from '../../lambdas/collect/ports.ts';
import type { CollectRequest } from '../../lambdas/contracts/collect.ts';
import type { ApiWorld } from '../support/api-world.ts';
import { simulatedAnswer } from './vendors.ts';

/** What collectors need of a simulation. */
type Around = {
  read: (key: string) => { content: string | Buffer; etag: string } | undefined;
  dropFile: (key: string, content: string) => void;
  again: (request: CollectRequest) => void;
};

/** The ports of collectors in a simulation: its bucket keeps every version, and its clock waits. */
export function simulatedCollectPorts(world: ApiWorld, { read, dropFile, again }: Around): CollectPorts {
  const { records, prices } = world.ports();
  return {
    api: {
      get: async (url, headers) => {
        const { host, pathname: path, searchParams: query } = new URL(url);
        return simulatedAnswer({ host, path, query, headers }, world.now);
      },
    },
    keys: { of: async () => 'key' },
    files: {
      read: async (key) => {
        const object = read(key);
        return object && { bytes: Buffer.from(object.content), etag: object.etag };
      },
      write: async (key, bytes, etag) => {
        if (read(key)?.etag !== etag) return false;
        dropFile(key, Buffer.from(bytes).toString());
        return true;
      },
    },
    records,
    prices,
    runs: world.runs.port(),
    again: { send: async (request) => again(request) },
    wait: async (ms) => {
      world.now += ms;
    },
    random: () => 0.5,
    progress: () => undefined,
  };
}
