import type { Alert, Condition } from '../../lambdas/contracts/alert.ts';
import { aSubscriber } from './subscribers.ts';

export const above = (threshold: string): Condition => ({ kind: 'price', direction: 'above', threshold });

/** An alert on AAPL that started on 8 January 2020. */
export const anAlert = (condition: Condition, overrides: Partial<Alert> = {}): Alert => ({
  ticker: 'AAPL',
  condition,
  repeat: 'every',
  start: { date: '2020-01-08', closes: [] },
  expires: '2021-12-31',
  version: 1,
  ...overrides,
});

/** A subscriber who follows nothing and has one alert on AAPL. */
export const alerted = (alert: Alert, overrides: Parameters<typeof aSubscriber>[0] = {}) =>
  aSubscriber({ tickers: {}, alerts: { one: alert }, ...overrides });
