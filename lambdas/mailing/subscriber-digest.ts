import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { LedgerTable } from '../adapters/ledger-table.ts';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import { dateOf, type Refreshed } from '../contracts/refreshed.ts';
import { revisionKey } from '../contracts/revision.ts';
import { getsDigests, type Subscriber } from '../contracts/subscriber.ts';
import type { FollowedTicker } from '../domain/digest/digest.ts';
import type { PriceSnapshot } from '../pricing/price-snapshot.ts';
import { type AlertNews, alertNews } from './alerts/alert-news.ts';
import { type AlertPorts, alertTickers, ownAlerts, recordAlerts } from './alerts/own-alerts.ts';
import { type ComposeSettings, composeMail } from './compose-digest.ts';
import type { MailingSettings } from './ports.ts';
import { displayedBy, readFollowed } from './read-followed.ts';
import { mailReader, type ReadTicker } from './read-ticker-once.ts';
import type { OnceMail } from './send-once.ts';

type About = { message: Refreshed; snapshot: PriceSnapshot };

export type DigestPorts = AlertPorts & {
  subscribers: Pick<SubscribersTable, 'get'>;
  ledger: Pick<LedgerTable, 'eraseAll'>;
  /** Called with what a mail told about alerts. */
  alerted: (recipient: string, news: AlertNews) => void;
};

/** False if no ticker may have changed that the subscriber follows or has an alert on. Most deliveries concern few subscribers. */
export const isConcerned = (snapshot: PriceSnapshot, subscriber: Subscriber): boolean =>
  [...Object.keys(subscriber.tickers), ...alertTickers(subscriber)].some((ticker) => snapshot.mayHaveChanged(ticker));

/** The digest of one subscriber for one revision. */
export function subscriberDigest(
  ports: DigestPorts,
  settings: ComposeSettings & MailingSettings,
  { message, snapshot }: About,
  visited: Subscriber,
  now: () => number,
): OnceMail {
  const recipient = visited.subscriber;
  const key = revisionKey(message);
  // Read again before it is sent: a mail that is composed again is for the subscriber as they are then.
  let subscriber = visited;
  return {
    key: { recipient, kind: 'digest', key },
    to: visited.address,
    resendRefused: message.resendRefused ?? false,
    async draft(last, told) {
      const drafted = subscriber;
      const own = ownAlerts(drafted, key, told);
      const read = mailReader(snapshot, last?.claimedAt, own.needed);
      const openSince = new Date(now() - settings.claimRetryAfter * 1000).toISOString();
      const news = await alertNews(ports, snapshot, own, read, openSince);
      // Nobody asks again about a mail that was sent.
      if (news.isOpen) return 'later';
      const { tickers, preferences } = drafted;
      const inMail = { followed: tickers, fired: news.tickers, alerted: alertTickers(drafted) };
      const followed = await readFollowed(read, inMail, last, preferences.window);
      const isNews = (preferences.mails ?? 'every') === 'every' && followed.some(({ hasChanged }) => hasChanged);
      if (!news.isDue && !isNews) return (await recordOnly(ports, recipient, news.records)) ? undefined : 'later';
      const again = () => mailReader(snapshot, new Date(now()).toISOString(), own.needed);
      return {
        displayed: displayedBy(followed, key),
        compose: () =>
          composeMail(snapshot, settings, {
            subscriber: drafted,
            followed,
            last,
            alerts: news,
            boundary: createHash('sha256').update(`${recipient} ${key}`).digest('base64url'),
            date: new Date(now()),
          }),
        record: async () => (await recordAlerts(ports, news.records)) && (await areSame(news.tickers, read, again())),
        async isStillWanted() {
          const current = await ports.subscribers.get(recipient);
          // The records of the alerts may be younger than the erasure.
          if (!current) await ports.ledger.eraseAll(recipient);
          if (!current || !getsDigests(current, dateOf(message))) return false;
          subscriber = current;
          if (!isDeepStrictEqual(choicesOf(current), choicesOf(drafted))) return 'changed';
          if (!news.isDue && !wantsAny(current, followed)) return false;
          return true;
        },
        onSent: () => ports.alerted(recipient, news),
      };
    },
  };
}

/**
 * Writes the records of a mail that is not sent: fires that are muted, or came to light late.
 * @returns false if another mail wrote one of them since it was read
 */
async function recordOnly(ports: DigestPorts, recipient: string, records: AlertNews['records']): Promise<boolean> {
  if (records.length === 0) return true;
  const isRecorded = await recordAlerts(ports, records);
  if (!(await ports.subscribers.get(recipient))) await ports.ledger.eraseAll(recipient);
  return isRecorded;
}

/**
 * False if the prices of a ticker have changed since they were read. Who changed them may have decided their mails before the records of
 * this one were written, and then withdraws nothing.
 */
async function areSame(tickers: readonly string[], read: ReadTicker, again: ReadTicker): Promise<boolean> {
  for (const ticker of tickers) if (!(await again(ticker)).isSameAs(await read(ticker))) return false;
  return true;
}

/** What decides whether alerts are told, and in which mails. */
const choicesOf = ({ alerts, pausedUntil, resumedAt, preferences: { mails } }: Subscriber) =>
  alerts === undefined ? { mails } : { alerts, mails, pausedUntil, resumedAt };

/** False if the subscriber unfollowed every changed ticker. */
const wantsAny = (current: Subscriber, followed: readonly FollowedTicker[]): boolean =>
  followed.some(({ ticker, hasChanged }) => hasChanged && Object.hasOwn(current.tickers, ticker));
