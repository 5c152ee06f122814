import type { CollectRequest } from '../../contracts/collect.ts';
import type { Calendar } from './market-calendar.ts';
import type { PriceTarget } from './price-union.ts';
import type { Query } from './provider.ts';

/** Sessions before the last one that are read again: providers correct their bars, and a run may have failed. */
const SESSIONS_BACK = 5;

/** A file, and what is asked for it. */
export type PriceGoal = PriceTarget & Query;

/**
 * The files of a run. Without dates it is the file of the last session, of each exchange. A range of several sessions is one history file, so that it mails once.
 */
export function priceGoals({ subjects, from, to }: CollectRequest, calendar: Calendar): PriceGoal[] {
  const goals = new Map<string, PriceGoal & { subjects: string[] }>();
  for (const ticker of [...new Set(subjects)].sort()) {
    const goal = goalOf(ticker, { from, to }, calendar);
    if (!goal) continue;
    const id = `${goal.fileDate}.${goal.kind} ${goal.from}`;
    const known = goals.get(id);
    if (known) known.subjects.push(ticker);
    else goals.set(id, { ...goal, subjects: [ticker] });
  }
  return [...goals.values()];
}

function goalOf(
  ticker: string,
  { from, to }: { from: string | undefined; to: string | undefined },
  calendar: Calendar,
): (PriceTarget & Pick<Query, 'from' | 'to'>) | undefined {
  const last = to ?? calendar.lastSession(ticker);
  const asked = calendar.sessions(ticker, from ?? last, last).filter((date) => calendar.isOver(ticker, date));
  const fileDate = asked.at(-1);
  if (fileDate === undefined) return undefined;
  if (asked.length > 1) return { kind: 'history', fileDate, from: asked[0] ?? fileDate, to: fileDate };
  return {
    kind: 'incremental',
    fileDate,
    from: calendar.sessionsBefore(ticker, fileDate, SESSIONS_BACK),
    to: fileDate,
  };
}
