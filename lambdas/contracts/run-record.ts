import * as z from 'zod';
import { COLLECTED, FAULTS, PROVIDER_NAMES } from './collect.ts';

/** Something that was asked for and is not there. `subject`: a ticker or series. */
const missing = z.object({ subject: z.string(), fault: z.enum(FAULTS), message: z.string() });

/** A close that differs between two providers by more than the tolerance. Exact decimals. */
const difference = z.object({ ticker: z.string(), date: z.string(), close: z.string(), other: z.string() });

/** One run of a collector: `run.json` in the records bucket, and an item of the table of runs. */
export const runRecord = z.object({
  run: z.string(),
  provider: z.enum(PROVIDER_NAMES),
  dataset: z.enum(COLLECTED),
  role: z.enum(['primary', 'check']),
  by: z.enum(['schedule', 'operator']),
  /** When it was planned, began and ended (ISO instants). */
  plannedAt: z.string(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  /** `partial`: something is missing. `failed`: nothing came. */
  state: z.enum(['running', 'success', 'partial', 'failed']),
  /** Requests that the plan has, and those that were answered so far. */
  planned: z.int(),
  answered: z.int(),
  /** Tickers or series that were asked for, and the first of them that are missing. */
  subjects: z.int(),
  missingCount: z.int(),
  missing: z.array(missing),
  /** Tries of requests, and those that were not the first of their request. */
  requests: z.int(),
  retries: z.int(),
  latencyMs: z.object({ mean: z.number(), max: z.number() }),
  /** Rows of the answers, those among them that were rejected, and the first reasons. */
  rows: z.int(),
  rejected: z.int(),
  rejections: z.array(z.object({ subject: z.string(), reason: z.string() })),
  /** What the provider says about its data, like `delayed`, and what we noticed. */
  flags: z.array(z.string()),
  /** Date of the newest record by subject: the first of them. */
  watermarks: z.record(z.string(), z.string()),
  /** Files of the drop bucket, and whether the run changed them. */
  files: z.array(z.object({ key: z.string(), changed: z.boolean() })),
  /** Of a check: closes that were compared, and the first that differ. */
  compared: z.int().optional(),
  differing: z.int().optional(),
  differences: z.array(difference).optional(),
  /** Requests that the provider's quota allows for the rest of the day; absent without a quota. */
  quotaLeft: z.int().optional(),
});
export type RunRecord = z.infer<typeof runRecord>;
export type Missing = z.infer<typeof missing>;
export type Difference = z.infer<typeof difference>;
