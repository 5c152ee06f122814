import type { Subscriber } from '../../lambdas/contracts/subscriber.ts';
import { subscriberId } from '../../lambdas/contracts/subscriber-id.ts';

export const aSubscriber = (overrides: Partial<Subscriber> = {}): Subscriber => {
  const address = overrides.address ?? 'ada@example.com';
  return {
    subscriber: subscriberId(address),
    address,
    state: 'active',
    tickers: { AAPL: { window: 90 } },
    preferences: { theme: 'light' },
    ...overrides,
  };
};
