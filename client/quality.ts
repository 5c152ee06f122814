import type { CalendarOverrides } from '../lambdas/contracts/calendar-overrides.ts';
import { exchangeOf } from '../lambdas/contracts/exchange.ts';
import { CALENDARS, isCovered, sessions } from '../lambdas/domain/calendar/sessions.ts';
import { LakeFault } from './fault.ts';
import type { Lake } from './lake.ts';
import { allRows, resultOf } from './rows.ts';

export type QualityQuery = {
  /** ISO dates, both included; by default the last 30 days up to today. */
  from?: string | undefined;
  to?: string | undefined;
  /** What operators know better about sessions. */
  overrides?: CalendarOverrides | undefined;
};

export type Quality = {
  from: string;
  to: string;
  /** The last close of most active tickers (the median), and the sessions since then up to `to`. None without active tickers. */
  freshness: { lastClose: string | null; sessionsBehind: number | null };
  /** Closes that are there, of those that the calendars expect of active tickers. Without active tickers the share is 0. */
  completeness: { tickers: number; expected: number; found: number; share: number };
  /** The tickers with the most missing sessions, and their first dates. */
  gaps: { ticker: string; missing: number; first: string[] }[];
  /** State → deliveries whose newest revision ended so. */
  deliveries: Record<string, number>;
  /** Reason → quarantined rows of these revisions. */
  quarantined: Record<string, number>;
  jumps: number;
  /** Exchanges whose holidays are not known for the whole range: there every weekday counts as a session. */
  uncovered: string[];
};

const DEFAULT_DAYS = 30;
/** A ticker is active if it has a close in the range, or this many days before, and is not retired. */
const ACTIVE_DAYS = 30;
const MAX_GAPS = 20;
const MAX_DATES = 5;
const DAY_MS = 86_400_000;

const daysBefore = (date: string, days: number): string =>
  new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 10);

/** How fresh and how complete the prices are, and what was rejected. @param today ISO date */
export async function quality(lake: Lake, query: QualityQuery, today: string): Promise<Quality> {
  const to = query.to ?? today;
  const from = query.from ?? daysBefore(to, DEFAULT_DAYS);
  if (from > to) throw new LakeFault(`Expected a range of dates, found ${from} to ${to}: the first is after the last.`);
  const [closes, deliveries] = [
    await comparedWithCalendar(lake, from, to, query.overrides),
    await endOfDeliveries(lake, from, to),
  ];
  return { from, to, ...closes, ...deliveries };
}

/** How the newest revision of each delivery of the range ended. */
async function endOfDeliveries(lake: Lake, from: string, to: string) {
  const sql = `select state, jumps, reasons from ${await lake.reading('quality')}
    where file_date between '${from}' and '${to}'
    qualify row_number() over (partition by delivery order by known_at desc, revision desc) = 1`;
  const rows = await allRows(await resultOf(await lake.database(), sql));
  const deliveries: Record<string, number> = {};
  for (const [state] of rows) deliveries[String(state)] = (deliveries[String(state)] ?? 0) + 1;
  const quarantined: Record<string, number> = {};
  for (const [, , reasons] of rows)
    for (const [reason, count] of Object.entries<number>(reasons === null ? {} : JSON.parse(String(reasons))))
      quarantined[reason] = (quarantined[reason] ?? 0) + count;
  return { deliveries, quarantined, jumps: rows.reduce((sum, [, jumps]) => sum + Number(jumps), 0) };
}

/** The closes of each active ticker against the sessions that its exchange had since its first close. */
async function comparedWithCalendar(lake: Lake, from: string, to: string, overrides: CalendarOverrides = {}) {
  const database = await lake.views();
  const sql = `select ticker, min(date)::varchar, max(date)::varchar,
      coalesce(string_agg(date::varchar, ' ' order by date) filter (where date between '${from}' and '${to}'), '')
    from prices where date <= '${to}' group by ticker having max(date) >= '${daysBefore(from, ACTIVE_DAYS)}' order by ticker`;
  let expected = 0;
  let found = 0;
  const gaps: Quality['gaps'] = [];
  let tickers = 0;
  const lasts: string[] = [];
  const uncovered = new Set<string>();
  const known = new Map<string, string[]>();
  const renames = await allRows(await resultOf(database, 'select old_ticker, min(date) from renames group by 1'));
  /** Old name → date of its rename: later sessions are expected under the new one. */
  const renamed = new Map(renames.map(([ticker, date]) => [String(ticker), String(date)]));
  for (const [ticker, first, last, dates] of await allRows(await resultOf(database, sql))) {
    const exchange = CALENDARS[exchangeOf(String(ticker))];
    if (!isCovered(exchange, from, to)) uncovered.add(exchange.id);
    const all = known.get(exchange.id) ?? sessions(exchange, from, to, overrides);
    known.set(exchange.id, all);
    const until = renamed.get(String(ticker)) ?? '9999';
    if (until <= from) continue;
    const wanted = all.filter((date) => date >= String(first) && date < until);
    const own = new Set(String(dates).split(' '));
    const missing = wanted.filter((date) => !own.has(date));
    tickers++;
    expected += wanted.length;
    found += wanted.length - missing.length;
    if (until > to) lasts.push(String(last));
    if (missing.length > 0)
      gaps.push({ ticker: String(ticker), missing: missing.length, first: missing.slice(0, MAX_DATES) });
  }
  gaps.sort((a, b) => b.missing - a.missing || (a.ticker < b.ticker ? -1 : 1));
  const lastClose = lasts.sort()[Math.floor((lasts.length - 1) / 2)] ?? null;
  const behind =
    lastClose === null ? null : sessions(CALENDARS.NYSE, lastClose, to, overrides).filter((date) => date > lastClose);
  return {
    freshness: { lastClose, sessionsBehind: behind?.length ?? null },
    completeness: { tickers, expected, found, share: expected === 0 ? 0 : found / expected },
    gaps: gaps.slice(0, MAX_GAPS),
    uncovered: [...uncovered],
  };
}
