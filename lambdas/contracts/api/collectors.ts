import * as z from 'zod';
import { COLLECTED, checkRun, PROVIDER_NAMES } from '../collect.ts';
import { runRecord } from '../run-record.ts';
import { Scope } from '../scopes.ts';
import { isTicker, TICKER_RULE } from '../ticker.ts';
import type { Route } from './route.ts';

const plannedRun = z.object({
  provider: z.enum(PROVIDER_NAMES),
  dataset: z.enum(COLLECTED),
  role: z.enum(['primary', 'check']),
  subjects: z.int().meta({ description: 'Tickers or series; 0 stands for the defaults of the provider' }),
  next: z.iso.datetime().meta({ description: 'When it runs next' }),
});
const quota = z.object({
  provider: z.enum(PROVIDER_NAMES),
  left: z.int().meta({ description: 'Requests that are left today (UTC)' }),
  of: z.int(),
});
const collectors = z.object({
  planned: z.array(plannedRun),
  quotas: z.array(quota),
  runs: z.array(runRecord).meta({ description: 'The last runs, the most recent first' }),
});

const isoDate = z.iso.date();
/** A run that an operator starts. */
export const newRun = z
  .strictObject({
    provider: z.enum(PROVIDER_NAMES),
    dataset: z.enum(COLLECTED),
    subjects: z
      .array(z.string().refine(isTicker, TICKER_RULE))
      .max(500)
      .default([])
      .meta({ description: 'Tickers or series; empty for the defaults of the provider' }),
    from: isoDate.optional().meta({ description: 'First date; without dates the last session' }),
    to: isoDate.optional(),
    role: z.enum(['primary', 'check']).default('primary'),
  })
  .superRefine(checkRun)
  .meta({ examples: [{ provider: 'finnhub', dataset: 'news', subjects: ['AAPL'] }] });
const started = z.object({ provider: z.string(), run: z.string() });

export type CollectorsView = z.infer<typeof collectors>;
export type NewRun = z.input<typeof newRun>;

const operators = { scope: Scope.operations, handler: 'api' } as const;

export const COLLECTOR_ROUTES: readonly Route[] = [
  {
    ...operators,
    method: 'GET',
    path: '/collectors',
    answer: collectors,
    summary: 'Runs of collectors, planned ones, and quotas',
  },
  {
    ...operators,
    method: 'POST',
    path: '/collectors/runs',
    body: newRun,
    answer: started,
    status: 202,
    summary: 'Start a run',
  },
  {
    ...operators,
    method: 'POST',
    path: '/collectors/{provider}/runs/{run}/again',
    answer: started,
    status: 202,
    summary: 'Start a run again, with the same tickers and dates',
  },
];
