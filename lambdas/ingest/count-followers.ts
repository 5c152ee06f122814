import { getsDigests } from '../contracts/subscriber.ts';
import { concurrently } from '../runtime/concurrently.ts';
import type { IngestPorts } from './ports.ts';

const SCAN_SEGMENTS = 8;
const PAGE = 1_000;

/** Number of subscribers who get digests on a date (ISO) and follow one of the tickers. Scans all subscribers. */
export async function countFollowers(
  { subscribers }: Pick<IngestPorts, 'subscribers'>,
  tickers: ReadonlySet<string>,
  date: string,
): Promise<number> {
  let followers = 0;
  await concurrently(Array(SCAN_SEGMENTS).keys(), SCAN_SEGMENTS, async (scanSegment) => {
    let after: string | undefined;
    do {
      const page = await subscribers.scanPage({ scanSegment, totalScanSegments: SCAN_SEGMENTS, after }, PAGE);
      for (const subscriber of page.subscribers)
        if (getsDigests(subscriber, date) && Object.keys(subscriber.tickers).some((one) => tickers.has(one)))
          followers++;
      after = page.after;
    } while (after !== undefined);
  });
  return followers;
}
