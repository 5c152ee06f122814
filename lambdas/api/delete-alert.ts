import type { Alert } from '../contracts/alert.ts';
import { addDays } from '../contracts/dates.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { newYorkDate } from '../domain/calendar/new-york.ts';
import type { ApiPorts } from './ports.ts';

/** Longer than a fire may be withdrawn after its announcement. */
const KEPT_DAYS = 35;

/** Deletes an alert of a subscriber. May be repeated. */
export async function deleteAlert(
  { subscribers, now }: Pick<ApiPorts, 'subscribers' | 'now'>,
  { subscriber, formerAlerts = {} }: Pick<Subscriber, 'subscriber' | 'formerAlerts'>,
  id: string,
  { ticker }: Pick<Alert, 'ticker'>,
): Promise<void> {
  const today = newYorkDate(now());
  const oldest = addDays(today, -KEPT_DAYS);
  const forgotten = Object.keys(formerAlerts).filter((name) => (formerAlerts[name] ?? '') < oldest);
  await subscribers.deleteAlert(subscriber, id, { ticker, today, forgotten });
}
