import * as z from 'zod';
import {
  COLLECTED,
  type Collected,
  type CollectSettings,
  collectRequest,
  PROVIDER_NAMES,
  type ProviderName,
  paceOf,
} from './collect.ts';
import { tickerFault } from './ticker.ts';

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

export function plannedOf(collector: Collector): PlannedCollector {
  const { provider, dataset, role = 'primary', subjects = [], settings } = collector;
  const schedule = scheduleOf(collector);
  const perDay = settings?.perDay;
  return { provider, dataset, role, subjects: subjects.length, schedule, ...(perDay !== undefined && { perDay }) };
}

/** When each dataset is collected, unless its collector says otherwise (UTC). */
const SCHEDULES: Record<Collected, string> = {
  prices: '0 23 * * MON-FRI',
  quotes: '0 * * * *',
  fundamentals: '0 6 * * SAT',
  // Not with prices: they share the pace of their provider.
  news: '30 * * * *',
  macro: '0 9 * * *',
  policy: '0 9 * * MON',
};
/** Closes must be stored before they can be compared: some providers have them only in the morning. */
const CHECKS = '0 8 * * TUE-SAT';

/** When a collector runs (UTC). */
export const scheduleOf = ({ dataset, role, schedule }: Collector): string =>
  schedule ?? (role === 'check' ? CHECKS : SCHEDULES[dataset]);

/** One name for a collector, like `polygon-prices`. */
export const collectorName = ({ provider, dataset }: Pick<Collector, 'provider' | 'dataset'>): string =>
  `${provider}-${dataset}`;

/**
 * Checks the collectors of a stage.
 * @throws Error if a ticker has two primary providers of prices, or a collector is there twice, or can never run
 */
export function checkCollectors(collectors: readonly Collector[]): void {
  const names = new Set<string>();
  for (const collector of collectors) {
    const name = collectorName(collector);
    if (names.has(name)) throw new Error(`Expected one collector ${name}, found two: put their subjects together.`);
    names.add(name);
    checkSchedule(collector);
    checkRequest(collector);
  }
  const prices = collectors.filter(({ dataset }) => dataset === 'prices');
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

/** What EventBridge Scheduler sends as one message (bytes), with a reserve. */
const MAX_MESSAGE_BYTES = 200_000;

/** A collector that can never run is found before it is deployed. */
function checkRequest(collector: Collector): void {
  const { schedule: _schedule, ...request } = collector;
  const name = collectorName(collector);
  const { subjects = [] } = collector;
  const read = collectRequest.safeParse({ ...request, at: '2020-01-01T00:00:00Z' });
  if (!read.success) throw new Error(`The collector ${name} cannot run:\n${z.prettifyError(read.error)}`);
  for (const subject of subjects) {
    const expected = tickerFault(subject);
    if (expected) throw new Error(`Expected ${expected} in ${name}, found ${JSON.stringify(subject)}.`);
  }
  const { perDay = Infinity } = paceOf(collector.provider, read.data.settings);
  if (subjects.length > perDay)
    throw new Error(
      `Expected at most ${perDay} subjects in ${name}, since its provider answers no more requests a day, found ${subjects.length}. If you bought more: settings.perDay.`,
    );
  const bytes = Buffer.byteLength(JSON.stringify(request));
  if (bytes > MAX_MESSAGE_BYTES)
    throw new Error(`Expected subjects of ${name} in at most ${MAX_MESSAGE_BYTES} bytes, found ${bytes}.`);
}
