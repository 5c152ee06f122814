import * as z from 'zod';
import { COLLECTED, type Collected, type CollectSettings, PROVIDER_NAMES, type ProviderName } from './collect.ts';

/** A collector of a stage: what is collected, from whom, and when. */
export type Collector = {
  readonly provider: ProviderName;
  readonly dataset: Collected;
  /** Tickers, or series of `macro`; without them the provider's defaults. */
  readonly subjects?: readonly string[];
  /** Of prices: the one provider whose closes are stored, or one that only checks them. */
  readonly role?: 'primary' | 'check';
  /** Minute, hour, day, month and weekday in UTC, like `0 23 * * MON-FRI`. */
  readonly schedule?: string;
  readonly settings?: Partial<CollectSettings>;
};

/** What the API knows of a collector: its tickers are too many for an environment variable. */
export const plannedCollectors = z.array(
  z.object({
    provider: z.enum(PROVIDER_NAMES),
    dataset: z.enum(COLLECTED),
    role: z.enum(['primary', 'check']),
    subjects: z.int(),
    schedule: z.string(),
    perDay: z.int().nullable().optional(),
  }),
);
export type PlannedCollector = z.infer<typeof plannedCollectors>[number];

export const plannedOf = ({
  provider,
  dataset,
  role = 'primary',
  subjects = [],
  schedule,
  settings,
}: Collector): PlannedCollector => ({
  provider,
  dataset,
  role,
  subjects: subjects.length,
  schedule: schedule ?? SCHEDULES[dataset],
  ...(settings?.perDay !== undefined && { perDay: settings.perDay }),
});

/** When each dataset is collected, unless its collector says otherwise (UTC). */
export const SCHEDULES: Record<Collected, string> = {
  prices: '0 23 * * MON-FRI',
  quotes: '0 * * * *',
  fundamentals: '0 6 * * SAT',
  news: '0 * * * *',
  macro: '0 9 * * *',
  policy: '0 9 * * MON',
};

/** One name for a collector, like `polygon-prices`. */
export const collectorName = ({ provider, dataset }: Pick<Collector, 'provider' | 'dataset'>): string =>
  `${provider}-${dataset}`;

/**
 * Checks the collectors of a stage.
 * @throws Error if a ticker has two primary providers of prices, a collector is there twice, or its schedule cannot be read
 */
export function checkCollectors(collectors: readonly Collector[]): void {
  const names = new Set<string>();
  for (const collector of collectors) {
    const name = collectorName(collector);
    if (names.has(name)) throw new Error(`Expected one collector ${name}, found two: put their subjects together.`);
    names.add(name);
    checkSchedule(collector);
  }
  const prices = collectors.filter(({ dataset }) => dataset === 'prices');
  const empty = prices.find(({ subjects = [] }) => subjects.length === 0);
  if (empty) throw new Error(`Expected tickers for ${collectorName(empty)}, found none.`);
  checkPrimaries(prices.filter(({ role }) => role !== 'check'));
}

function checkPrimaries(collectors: readonly Collector[]): void {
  const primaries = new Map<string, string>();
  for (const { provider, subjects = [] } of collectors) {
    for (const ticker of subjects) {
      const other = primaries.get(ticker);
      if (other !== undefined)
        throw new Error(
          `Expected one provider of prices for ${ticker}, found ${other} and ${provider}: which one? Give the other the role "check".`,
        );
      primaries.set(ticker, provider);
    }
  }
}

/** AWS and other readers of cron count weekdays differently: only names are the same. */
const SCHEDULE = /^[\d*,/-]+ [\d*,/-]+ [\d*,/-]+ [\dA-Z*,/-]+ (?:\*|[A-Z]{3}(?:[,-][A-Z]{3})*)$/;

function checkSchedule(collector: Collector): void {
  const { schedule } = collector;
  if (schedule === undefined) return;
  const [, , day, , weekday] = schedule.split(' ');
  if (SCHEDULE.test(schedule) && (day === '*' || weekday === '*')) return;
  throw new Error(
    `Expected a schedule of ${collectorName(collector)} like "0 23 * * MON-FRI" (minute, hour, day, month, weekday by name; a day or a weekday, not both), found "${schedule}".`,
  );
}
