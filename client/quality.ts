import type { CalendarOverrides } from '../lambdas/contracts/calendar-overrides.ts';
import { exchangeIdOf } from '../lambdas/domain/calendar/exchange.ts';
import { EXCHANGES, isCovered, sessions } from '../lambdas/domain/calendar/sessions.ts';
import type { Lake } from './lake.ts';
import { prices } from './prices.ts';
import { allRows, resultOf } from './rows.ts';

export type QualityQuery = {
  /** ISO dates; by default the last 30 days up to the last close. */
  from?: string | undefined;
  to?: string | undefined;
  /** What operators know better about sessions. */
  overrides?: CalendarOverrides | undefined;
};

export type Quality = {
  from: string;
  to: string;
  /** The last close of all, and how many sessions have passed since then. */
  freshness: { lastClose: string; sessionsBehind: number };
  /** Closes that are there, of those that the calendars expect (0 to 1). */
  completeness: { expected: number; found: number; share: number };
  /** The tickers with the most missing sessions, and their first dates. */
  gaps: { ticker: string; missing: number; first: string[] }[];
  deliveries: Record<string, number>;
  /** Quarantined rows by reason. */
  quarantined: Record<string, number>;
  suspects: number;
  /** Exchanges whose holidays are not known for the whole range: there every weekday counts as a session. */
  uncovered: string[];
};

const DEFAULT_DAYS = 30;
const MAX_GAPS = 20;
const MAX_DATES = 5;
const DAY_MS = 86_400_000;

/** How fresh and how complete the prices are, and what was rejected. @param today ISO date */
export async function quality(lake: Lake, query: QualityQuery, today: string): Promise<Quality> {
  const database = await lake.database();
  const asked = async (sql: string) => allRows(await resultOf(database, sql));
  const [[last = null] = []] = await asked(`select max(date)::varchar from ${await lake.reading('price_versions')}`);
  const lastClose = String(last ?? today);
  const to = query.to ?? lastClose;
  const from = query.from ?? new Date(Date.parse(to) - DEFAULT_DAYS * DAY_MS).toISOString().slice(0, 10);
  const deliveries = `${await lake.reading('quality')} where file_date between '${from}' and '${to}'`;
  const states = await asked(`select state, count(*) from ${deliveries} group by 1 order by 1`);
  const reasons = await asked(`select reasons from ${deliveries} and reasons is not null`);
  const [[suspects = 0] = []] = await asked(`select coalesce(sum(suspects), 0)::integer from ${deliveries}`);
  const { expected, found, gaps, uncovered } = await compareWithCalendar(lake, from, to, query.overrides);
  const behind = sessions(EXCHANGES.NYSE, lastClose, today, query.overrides).filter((date) => date > lastClose);
  return {
    from,
    to,
    freshness: { lastClose, sessionsBehind: behind.length },
    completeness: { expected, found, share: expected === 0 ? 1 : found / expected },
    gaps: gaps.slice(0, MAX_GAPS),
    deliveries: Object.fromEntries(states.map(([state, count]) => [String(state), Number(count)])),
    quarantined: sumOf(reasons.map(([text]) => JSON.parse(String(text)))),
    suspects: Number(suspects),
    uncovered,
  };
}

/** The sessions of each ticker between its first and last close in the range, against the closes that it has. */
async function compareWithCalendar(lake: Lake, from: string, to: string, overrides: CalendarOverrides = {}) {
  const dates = new Map<string, string[]>();
  const { batches } = await prices(lake, { from, to, scale: 'raw' });
  for await (const batch of batches)
    for (const [ticker, date] of batch) {
      const own = dates.get(String(ticker)) ?? [];
      own.push(String(date));
      dates.set(String(ticker), own);
    }
  let expected = 0;
  let found = 0;
  const gaps: Quality['gaps'] = [];
  const uncovered = new Set<string>();
  for (const [ticker, own] of dates) {
    const exchange = EXCHANGES[exchangeIdOf(ticker)];
    if (!isCovered(exchange, from, to)) uncovered.add(exchange.id);
    const wanted = sessions(exchange, own[0] ?? from, own.at(-1) ?? to, overrides);
    const missing = wanted.filter((date) => !own.includes(date));
    expected += wanted.length;
    found += wanted.length - missing.length;
    if (missing.length > 0) gaps.push({ ticker, missing: missing.length, first: missing.slice(0, MAX_DATES) });
  }
  gaps.sort((a, b) => b.missing - a.missing || (a.ticker < b.ticker ? -1 : 1));
  return { expected, found, gaps, uncovered: [...uncovered] };
}

function sumOf(counts: Record<string, number>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const one of counts)
    for (const [reason, count] of Object.entries(one)) total[reason] = (total[reason] ?? 0) + count;
  return total;
}
