import { createHash } from 'node:crypto';
import type { SubscribersTable } from '../adapters/subscribers-table.ts';
import { dateOf, type Refreshed } from '../contracts/refreshed.ts';
import { revisionKey } from '../contracts/revision.ts';
import { getsDigests, type Subscriber } from '../contracts/subscriber.ts';
import type { FollowedTicker } from '../domain/digest/digest.ts';
import type { PriceSnapshot } from '../pricing/price-snapshot.ts';
import { type ComposeSettings, composeMail, displayedBy, readFollowed } from './compose-digest.ts';
import type { OnceMail } from './send-once.ts';

type About = { message: Refreshed; snapshot: PriceSnapshot };

/** False if the subscriber follows no ticker that may have changed. Most deliveries concern few subscribers. */
export const isConcerned = (snapshot: PriceSnapshot, { tickers }: Subscriber): boolean =>
  Object.keys(tickers).some((ticker) => snapshot.mayHaveChanged(ticker));

/** The digest of one subscriber for one revision. */
export function subscriberDigest(
  { subscribers }: { subscribers: Pick<SubscribersTable, 'get'> },
  settings: ComposeSettings,
  { message, snapshot }: About,
  subscriber: Subscriber,
  now: () => number,
): OnceMail {
  const recipient = subscriber.subscriber;
  const key = revisionKey(message);
  return {
    key: { recipient, kind: 'digest', key },
    to: subscriber.address,
    resendRefused: message.resendRefused ?? false,
    async draft(last) {
      const followed = await readFollowed(snapshot, subscriber.tickers, last);
      if (!followed.some(({ hasChanged }) => hasChanged)) return undefined;
      return {
        displayed: displayedBy(followed, key),
        compose: () =>
          composeMail(snapshot, settings, {
            subscriber,
            followed,
            last,
            boundary: createHash('sha256').update(`${recipient} ${key}`).digest('base64url'),
            date: new Date(now()),
          }),
        isStillWanted: async () => isWanted(await subscribers.get(recipient), message, followed),
      };
    },
  };
}

/** False if the subscriber left, paused, was stopped, or unfollowed every changed ticker. */
function isWanted(current: Subscriber | undefined, message: Refreshed, followed: readonly FollowedTicker[]): boolean {
  if (!current || !getsDigests(current, dateOf(message))) return false;
  return followed.some(({ ticker, hasChanged }) => hasChanged && Object.hasOwn(current.tickers, ticker));
}
