import type { Scan } from '../contracts/refreshed.ts';
import { getsDigests, type Subscriber } from '../contracts/subscriber.ts';
import { concurrently } from '../runtime/concurrently.ts';
import type { FanOutPorts } from './ports.ts';

const PAGE = 100;
const VISITS_AT_ONCE = 8;

/** Progress: all subscribers up to `after` were visited; later ones may have been visited. `isDone`: the scan is complete. */
type Progress = { isDone: boolean; after: string | undefined };

type Visitor = {
  /** ISO date: subscribers whose pause includes it are skipped. */
  date: string;
  /** True if no further subscriber should be visited. */
  isTimeShort: () => boolean;
  /** @returns false if there was no time for this subscriber */
  visit: (subscriber: Subscriber) => Promise<boolean>;
};

/** Visits subscribers of a scan who get digests, several at once, until the scan ends or time is short. */
export async function visitSubscribers(
  { subscribers, warn }: Pick<FanOutPorts, 'subscribers' | 'warn'>,
  { scanSegment, totalScanSegments, after: start, until }: Scan,
  { date, isTimeShort, visit }: Visitor,
): Promise<Progress> {
  let after = start;
  do {
    const page = await subscribers.scanPage({ scanSegment, totalScanSegments, after }, PAGE);
    for (const subscriber of page.broken) warn('invalid subscriber record', { subscriber });
    const last = page.subscribers.findIndex(({ subscriber }) => subscriber === until);
    const wanted = last === -1 ? page.subscribers : page.subscribers.slice(0, last + 1);
    let started = 0;
    /** Index of the first subscriber not visited; later ones may have been visited. */
    let firstLeft = wanted.length;
    await concurrently(wanted.entries(), VISITS_AT_ONCE, async ([i, subscriber]) => {
      // Always try the first subscriber of a page, even if time is short: otherwise the cursor might never move.
      const hasTime = started++ === 0 || !isTimeShort();
      if (!hasTime || (getsDigests(subscriber, date) && !(await visit(subscriber)))) firstLeft = Math.min(firstLeft, i);
    });
    if (firstLeft < wanted.length) return { isDone: false, after: wanted[firstLeft - 1]?.subscriber ?? after };
    after = page.after;
    const isEnd = after === undefined || last !== -1 || after === until;
    if (isEnd) return { isDone: true, after };
  } while (!isTimeShort());
  return { isDone: false, after };
}
