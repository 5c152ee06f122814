import type { OwnFiles } from '../../lambdas/adapters/own-files.ts';
import type { CollectPorts } from '../../lambdas/collect/ports.ts';
import type { CollectRequest } from '../../lambdas/contracts/collect.ts';
import type { ApiWorld } from '../support/api-world.ts';
import { simulatedAnswer } from './vendors.ts';

/** What collectors need of a simulation. */
type Around = {
  files: OwnFiles;
  again: (request: CollectRequest) => void;
};

/** The ports of collectors in a simulation: its bucket keeps every version, and its clock waits. */
export function simulatedCollectPorts(world: ApiWorld, { files, again }: Around): CollectPorts {
  const { records, prices } = world.ports();
  return {
    api: {
      get: async (url, headers) => {
        const { host, pathname: path, searchParams: query } = new URL(url);
        return simulatedAnswer({ host, path, query, headers }, world.now);
      },
    },
    keys: { of: async () => 'key' },
    files,
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
