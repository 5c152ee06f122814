import { addDays } from '../../lambdas/contracts/dates.ts';
import type { Observation } from '../../lambdas/domain/prices/fold.ts';
import { type Series, seriesOf } from '../../lambdas/domain/prices/series.ts';

const anObservation = (overrides: Partial<Observation> = {}): Observation => ({
  date: '2020-01-10',
  close: '100',
  delivery: '2020-01-10.incremental',
  ...overrides,
});

/** One observation a day, the last on 10 January 2020. */
export const dailyCloses = (closes: (string | number)[], overrides: Partial<Observation> = {}): Observation[] =>
  closes.map((close, i) =>
    anObservation({ date: addDays('2020-01-10', i - closes.length + 1), close: String(close), ...overrides }),
  );

/** A deterministic walk around `start`, with two decimals. */
export const walk = (days: number, start = 100, swing = 0.01): string[] =>
  Array.from({ length: days }, (_, i) =>
    (start * (1 + swing * (8 * Math.sin(i / 17) + 3 * Math.sin(i / 3.1) + Math.sin(i * 1.7)))).toFixed(2),
  );

export function aSeries(observations: Observation[], ticker = 'AAPL'): Series {
  const series = seriesOf(ticker, observations, 0.5);
  if (!series) throw new Error('A series needs an observation.');
  return series;
}
