import * as z from 'zod';

/** What collectors collect. Prices become files for ingest like a vendor's; the others become tables of the lake. */
export const COLLECTED = ['prices', 'quotes', 'fundamentals', 'news', 'macro', 'policy'] as const;
export type Collected = (typeof COLLECTED)[number];

/**
 * The APIs that collectors ask: their title, what they have, and what a free subscription allows. Requests come one by one at this pace. `perDay`: its
 * quota, by days of UTC.
 */
const PROVIDERS = {
  polygon: { title: 'Polygon', datasets: ['prices', 'news'], perMinute: 5 },
  fmp: { title: 'Financial Modeling Prep', datasets: ['prices', 'quotes', 'fundamentals'], perMinute: 60, perDay: 250 },
  yahoo: { title: 'Yahoo', datasets: ['prices', 'quotes'], perMinute: 30 },
  'alpha-vantage': { title: 'Alpha Vantage', datasets: ['prices', 'fundamentals', 'macro'], perMinute: 50, perDay: 25 },
  stooq: { title: 'Stooq', datasets: ['prices'], perMinute: 20 },
  finnhub: { title: 'Finnhub', datasets: ['quotes', 'news', 'fundamentals'], perMinute: 60 },
  newsapi: { title: 'NewsAPI', datasets: ['news'], perMinute: 30, perDay: 100 },
  fred: { title: 'FRED', datasets: ['macro', 'policy'], perMinute: 120 },
  'world-bank': { title: 'World Bank', datasets: ['macro'], perMinute: 60 },
  treasury: { title: 'Treasury', datasets: ['macro', 'policy'], perMinute: 60 },
  'ny-fed': { title: 'New York Fed', datasets: ['macro'], perMinute: 60 },
  'federal-reserve': { title: 'Federal Reserve', datasets: ['policy'], perMinute: 30 },
} satisfies Record<string, ProviderFacts>;
export type ProviderName = keyof typeof PROVIDERS;
type ProviderFacts = { title: string; datasets: readonly Collected[]; perMinute: number; perDay?: number };

export const PROVIDER_NAMES = Object.keys(PROVIDERS) as ProviderName[];
/** What a provider allows, by the settings of a collector or its free subscription. */
export function paceOf(
  provider: ProviderName,
  { perMinute, perDay }: Partial<CollectSettings> = {},
): { perMinute: number; perDay: number | undefined } {
  const free: ProviderFacts = PROVIDERS[provider];
  return { perMinute: perMinute ?? free.perMinute, perDay: perDay === null ? undefined : (perDay ?? free.perDay) };
}

export const factsOf = (provider: ProviderName): ProviderFacts => PROVIDERS[provider];

/** Why a request has no rows. `retry`: it may work later; `quota`: no more requests today; `auth`: the key; `plan`: the subscription. */
export const FAULTS = ['retry', 'quota', 'auth', 'plan', 'not-found', 'shape'] as const;
export type FaultKind = (typeof FAULTS)[number];

const isoDate = z.iso.date();
const instant = z.iso.datetime().transform((time) => new Date(time).toISOString());

/** How a provider is asked. A stage may change it per collector. */
const collectSettings = z.object({
  /** Of one request (ms). */
  timeoutMs: z.int().positive().default(30_000),
  /** Tries of one request. */
  tries: z.int().min(1).max(10).default(3),
  /** Requests whose answers are kept together: what a crash costs at most. */
  batchSize: z.int().min(1).max(500).default(50),
  /** Requests at the same time. */
  concurrency: z.int().min(1).max(16).default(4),
  /** Requests per minute, if the subscription allows other than the free one. */
  perMinute: z.number().positive().optional(),
  /** Requests per day (UTC), if the subscription allows other than the free one; null if there is no quota. */
  perDay: z.int().positive().nullable().optional(),
});
export type CollectSettings = z.infer<typeof collectSettings>;

type RunFacts = {
  provider: ProviderName;
  dataset: Collected;
  subjects: readonly string[];
  role: 'primary' | 'check';
  from?: string | undefined;
  to?: string | undefined;
};

/** Refuses what no run can do, whoever plans it. */
export function checkRun({ provider, dataset, subjects, role, from, to }: RunFacts, { addIssue }: RunIssues): void {
  const refuse = (path: keyof RunFacts, message: string) => addIssue({ code: 'custom', path: [path], message });
  const { title, datasets } = factsOf(provider);
  if (!datasets.includes(dataset))
    refuse('dataset', `expected ${datasets.join(' or ')} from ${title}, found ${dataset}`);
  if (dataset === 'prices' && subjects.length === 0) refuse('subjects', 'expected tickers for prices, found none');
  if (role === 'check' && dataset !== 'prices') refuse('role', `only prices are checked: ${dataset} would be stored`);
  if (from && to && from > to) refuse('from', 'expected a date that is not after `to`');
}
type RunIssues = Pick<z.RefinementCtx, 'addIssue'>;

/** What one run collects. */
export const collectRequest = z
  .object({
    provider: z.enum(PROVIDER_NAMES),
    dataset: z.enum(COLLECTED),
    /** Tickers, or series of `macro`; empty asks for the provider's defaults. */
    subjects: z.array(z.string().min(1).max(64)).max(20_000).default([]),
    /** When it was planned. The plan depends on it, not on the clock: a retry asks the same. */
    at: instant,
    /** First and last date; without them the last session, or the provider's usual range. */
    from: isoDate.optional(),
    to: isoDate.optional(),
    /** Prices of a `check` reach no file: they are compared with those that are there. */
    role: z.enum(['primary', 'check']).default('primary'),
    by: z.enum(['schedule', 'operator']).default('schedule'),
    settings: collectSettings.prefault({}),
    /** When its first invocation began; absent in that one. */
    startedAt: instant.optional(),
  })
  .superRefine(checkRun);
export type CollectRequest = z.infer<typeof collectRequest>;
/** A request as a person or a schedule writes it. */
export type NewCollectRequest = z.input<typeof collectRequest>;

/** `20250307T230000000Z-prices`: the same for a message that comes twice. */
export const runIdOf = ({ at, dataset }: Pick<CollectRequest, 'at' | 'dataset'>): string =>
  `${at.replace(/[-:.]/g, '')}-${dataset}`;

/** Prefix of everything that the records bucket has about runs. */
export const RUNS_PREFIX = 'runs/';

const runFolder = (provider: string, run: string): string => `${RUNS_PREFIX}${provider}/${run}`;

/** Keys of a run in the records bucket. */
export const runKeys = (provider: string, run: string) => {
  const folder = runFolder(provider, run);
  return {
    record: `${folder}/run.json`,
    answers: `${folder}/answers/`,
    batch: (number: number) => `${folder}/answers/${String(number).padStart(5, '0')}.json.gz`,
  };
};
