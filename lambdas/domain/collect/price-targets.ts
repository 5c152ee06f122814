import type { CollectRequest } from '../../contracts/collect.ts';
import type { Calendar } from './market-calendar.ts';
import type { PriceTarget } from './price-union.ts';
import type { Query } from './provider.ts';

/** Sessions before the last one that are read again: providers correct their bars, and a run may have failed. */
const SESSIONS_BACK = 5;

/** A file, and what is asked for it; the answers for a history have all that the file beside it needs. */
export type PriceGoal = PriceTarget & Query;

/**
 * The files of a run. Without dates it is the file of the last session, of each exchange. A range of several sessions is one history file, so that it mails once.
 */
export function priceGoals({ subjects, from, to }: CollectRequest, calendar: Calendar): PriceGoal[] {
  const goals = new Map<string, PriceGoal & { subjects: string[] }>();
  for (const ticker of [...new Set(subjects)].sort()) {
    for (const goal of goalsOf(ticker, { from, to }, calendar)) {
      const id = `${goal.fileDate}.${goal.kind} ${goal.from}`;
      const known = goals.get(id);
      if (known) known.subjects.push(ticker);
      else goals.set(id, { ...goal, subjects: [ticker] });
    }
  }
  return [...goals.values()];
}

function goalsOf(
  ticker: string,
  { from, to }: { from: string | undefined; to: string | undefined },
  calendar: Calendar,
): Omit<PriceGoal, 'subjects'>[] {
  const last = to ?? calendar.lastSession(ticker);
  const asked = calendar.sessions(ticker, from ?? last, last).filter((date) => calendar.isOver(ticker, date));
  const fileDate = asked.at(-1);
  if (fileDate === undefined) return [];
  const start = calendar.sessionsBefore(ticker, fileDate, SESSIONS_BACK);
  const incremental = { kind: 'incremental' as const, fileDate, to: fileDate };
  const [first = fileDate] = asked;
  if (asked.length === 1) return [{ ...incremental, from: start }];
  // A history comes before the incremental file of its date, which may have other values, and cannot delete a date.
  const beside = { ...incremental, from: first > start ? first : start, isBeside: true as const };
  return [{ kind: 'history', fileDate, from: first, to: fileDate }, beside];
}
