import { type Subscriber, subscriberId } from '../../lambdas/contracts/subscriber.ts';

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
