import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import { addDays } from '../contracts/dates.ts';
import { dateOf, type Refreshed } from '../contracts/refreshed.ts';
import { getsDigests, type Subscriber } from '../contracts/subscriber.ts';
import { type Week, weekKey } from '../contracts/weekly.ts';
import { seriesOf } from '../domain/prices/series.ts';
import type { PriceSnapshot, SnapshotSettings } from '../pricing/price-snapshot.ts';
import { alertTickers } from './alerts/own-alerts.ts';
import { type ComposeSettings, composeMail, correctionsOf } from './compose-digest.ts';
import { displayedBy, type FollowedSnapshot, readFollowed } from './read-followed.ts';
import { mailReader } from './read-ticker-once.ts';
import type { OnceMail } from './send-once.ts';

export const wantsWeekly = ({ preferences }: Subscriber): boolean => preferences.mails === 'weekly';

type About = { message: Refreshed; week: Week; snapshot: PriceSnapshot };

/**
 * The digest of one subscriber for one week: what they follow, with the moves of the week and its corrections. It is sent if a followed
 * ticker has a close of the week, or an earlier mail is to be corrected.
 */
export function weeklyDigest(
  { subscribers }: { subscribers: Pick<SubscribersTable, 'get'> },
  settings: ComposeSettings & SnapshotSettings,
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
    resendRefused: message.resendRefused ?? false,
    async draft(last) {
      const drafted = subscriber;
      const read = mailReader(snapshot, last?.claimedAt);
      const { tickers, preferences } = drafted;
      const inMail = { followed: tickers, fired: [], alerted: alertTickers(drafted) };
      const found = await readFollowed(read, inMail, last, preferences.window);
      const followed = found.map((one) => inWeek(one, week, settings));
      const isNews = followed.some(({ hasChanged }) => hasChanged) || correctionsOf(followed, last, week).length > 0;
      if (!isNews) return undefined;
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
          return isDeepStrictEqual(current.tickers, drafted.tickers) || 'changed';
        },
        onSent: () => undefined,
      };
    },
  };
}

/** The ticker as it was when the week ended. A message may be late, and closes of the next week are news of the next digest. */
function inWeek(one: FollowedSnapshot, { saturday }: Week, { suspectMove }: SnapshotSettings): FollowedSnapshot {
  const until = (one.series?.observations ?? []).filter(({ date }) => date <= saturday);
  const series = seriesOf(one.name, until, suspectMove);
  const hasChanged = one.isShown && series !== undefined && series.last.date > addDays(saturday, -7);
  // What was delivered late is no news of its own here.
  return { ...one, series, hasChanged, late: [], isOnlyLate: false };
}
