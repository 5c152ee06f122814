import type { Refreshed } from '../contracts/refreshed.ts';
import { getsDigests, type Subscriber } from '../contracts/subscriber.ts';
import { concurrently } from '../runtime/concurrently.ts';
import type { FanOutPorts } from './ports.ts';

const PAGE = 100;
const VISITS_AT_ONCE = 8;

/** How far a visit came: all before and including `after` were visited, and all there are where `isDone`. */
type Visited = { isDone: boolean; after: string | undefined };

type Visitor = {
  /** ISO date of the drop: whoever pauses on it is left out. */
  today: string;
  /** True where nobody further is to be visited. */
  isShort: () => boolean;
  /** @returns false where there was no time for it */
  visit: (subscriber: Subscriber) => Promise<boolean>;
};

/** Visits the subscribers who get digests, of the part of the segment that a message names. */
export async function visitSubscribers(
  { subscribers, warn }: Pick<FanOutPorts, 'subscribers' | 'warn'>,
  { segment, segments, after: start, until }: Refreshed,
  { today, isShort, visit }: Visitor,
): Promise<Visited> {
  let after = start;
  do {
    const page = await subscribers.scanPage({ segment, segments, after }, PAGE);
    for (const subscriber of page.broken) warn('subscriber is no valid item', { subscriber });
    const last = page.subscribers.findIndex(({ subscriber }) => subscriber === until);
    const wanted = last === -1 ? page.subscribers : page.subscribers.slice(0, last + 1);
    let begun = 0;
    // Those before it were visited; of those behind it some may have been as well.
    let left = wanted.length;
    await concurrently(wanted.entries(), VISITS_AT_ONCE, async ([i, subscriber]) => {
      // At least one, so that the next message is further on than this.
      const hasTime = begun++ === 0 || !isShort();
      if (!hasTime || (getsDigests(subscriber, today) && !(await visit(subscriber)))) left = Math.min(left, i);
    });
    if (left < wanted.length) return { isDone: false, after: wanted[left - 1]?.subscriber ?? after };
    after = page.after;
    const isEnd = after === undefined || last !== -1 || after === until;
    if (isEnd) return { isDone: true, after };
  } while (!isShort());
  return { isDone: false, after };
}
