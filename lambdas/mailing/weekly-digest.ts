import { createHash } from 'node:crypto';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import { addDays } from '../contracts/dates.ts';
import { dateOf, type Refreshed } from '../contracts/refreshed.ts';
import { getsDigests, type Subscriber } from '../contracts/subscriber.ts';
import { type Week, weekKey } from '../contracts/weekly.ts';
import type { PriceSnapshot } from '../pricing/price-snapshot.ts';
import { type ComposeSettings, composeMail, displayedBy, readFollowed } from './compose-digest.ts';
import { mailReader } from './read-ticker-once.ts';
import type { OnceMail } from './send-once.ts';

export const wantsWeekly = ({ preferences }: Subscriber): boolean => preferences.mails === 'weekly';

type About = { message: Refreshed; week: Week; snapshot: PriceSnapshot };

/** The digest of one subscriber for one week: what they follow, with the moves of the week and its corrections. */
export function weeklyDigest(
  { subscribers }: { subscribers: Pick<SubscribersTable, 'get'> },
  settings: ComposeSettings,
  { message, week, snapshot }: About,
  visited: Subscriber,
  now: () => number,
): OnceMail {
  const recipient = visited.subscriber;
  // Read again before it is sent: a mail that is composed again is for the subscriber as they are then.
  let subscriber = visited;
  return {
    key: { recipient, kind: 'weekly', key: week.week },
    to: visited.address,
    resendRefused: false,
    async draft(last) {
      const drafted = subscriber;
      const read = mailReader(snapshot, last?.claimedAt);
      const { tickers, preferences } = drafted;
      const found = await readFollowed(read, { followed: tickers, fired: [], alerted: [] }, last, preferences.window);
      const isOfWeek = (date: string) => date > addDays(week.saturday, -7) && date <= week.saturday;
      // What was delivered late is no news of its own here.
      const followed = found.map((one) => ({
        ...one,
        hasChanged: one.series !== undefined && isOfWeek(one.series.last.date),
        late: [],
        isOnlyLate: false,
      }));
      if (!followed.some(({ hasChanged }) => hasChanged)) return undefined;
      return {
        displayed: displayedBy(followed, weekKey(week)),
        compose: () =>
          composeMail(snapshot, settings, {
            subscriber: drafted,
            followed,
            last,
            week,
            boundary: createHash('sha256').update(`${recipient} ${week.week}`).digest('base64url'),
            date: new Date(now()),
          }),
        record: async () => true,
        async isStillWanted() {
          const current = await subscribers.get(recipient);
          if (!current || !getsDigests(current, dateOf(message)) || !wantsWeekly(current)) return false;
          subscriber = current;
          return true;
        },
        onSent: () => undefined,
      };
    },
  };
}
