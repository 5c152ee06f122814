import { addDays } from '../contracts/dates.ts';
import type { Subscriber } from '../contracts/subscriber.ts';

/** Longer than a fire may be withdrawn after its announcement. */
const KEPT_DAYS = 35;

/** The tickers of deleted alerts, with one that is deleted today (ISO date). */
export function formerWith(
  { formerAlerts = {} }: Pick<Subscriber, 'formerAlerts'>,
  ticker: string,
  today: string,
): Record<string, string> {
  const oldest = addDays(today, -KEPT_DAYS);
  return { ...Object.fromEntries(Object.entries(formerAlerts).filter(([, date]) => date >= oldest)), [ticker]: today };
}
