import { SMOKE_SUBSCRIBER } from '../contracts/smoke-test.ts';
import type { FanOutPorts } from './ports.ts';

/** The subscribers of a smoke test: one, who is in no table. */
export const ONLY_SMOKE_SUBSCRIBER: FanOutPorts['subscribers'] = {
  approximateCount: async () => 1,
  scanPage: async () => ({ subscribers: [SMOKE_SUBSCRIBER], broken: [], after: undefined }),
  get: async () => SMOKE_SUBSCRIBER,
};
