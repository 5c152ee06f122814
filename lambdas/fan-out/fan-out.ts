import { gunzipSync } from 'node:zlib';
import { changeList, type Refreshed, type TickerChange } from '../contracts/refreshed.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { concurrently } from '../domain/concurrently.ts';
import { Market } from './market.ts';
import type { FanOutPorts, FanOutSettings, Invocation } from './ports.ts';
import { type DigestOutcome, sendDigest } from './send-digest.ts';

const PAGE = 100;
const DIGESTS_AT_ONCE = 8;
/** What is under way when time runs short must still end: no new digest is begun this long before the deadline. */
const TIME_TO_END_MS = 30_000;
const MAX_DELAY_SECONDS = 900;

export type FanOutResult = Record<DigestOutcome, number> & {
  drawn: number;
  /** True where time ran short and another message goes on. */
  handedOn: boolean;
};

/**
 * Sends every subscriber of one segment their digest of a delivery revision. May be repeated: the ledger
 * knows who has theirs. Where `not-sent` is not zero, the message is to come back.
 */
export async function fanOut(
  ports: FanOutPorts,
  settings: FanOutSettings,
  message: Refreshed,
  invocation: Invocation,
): Promise<FanOutResult> {
  const market = new Market(ports, settings, message, await readChanges(ports, message));
  const counts = { unconcerned: 0, sent: 0, settled: 0, taken: 0, refused: 0, unsettled: 0, 'not-sent': 0 };
  const isShort = () => invocation.deadline - invocation.now() < TIME_TO_END_MS;
  const send = async (subscriber: Subscriber): Promise<DigestOutcome> => {
    try {
      return await sendDigest(ports, settings, { subscriber, message, market }, invocation);
    } catch (error) {
      // One subscriber never costs another theirs.
      ports.warn('digest failed', { subscriber: subscriber.subscriber, error });
      return 'not-sent';
    }
  };

  let { after } = message;
  let handedOn = false;
  do {
    const page = await ports.subscribers.scanPage({ ...message, after }, PAGE);
    for (const subscriber of page.broken) ports.warn('subscriber is no valid item', { subscriber });
    let begun = 0;
    await concurrently(page.subscribers, DIGESTS_AT_ONCE, async (subscriber) => {
      // At least one, so that the next message is further on than this.
      if (begun > 0 && isShort()) return;
      begun++;
      if (subscriber.state === 'active') counts[await send(subscriber)]++;
    });
    const isWhole = begun === page.subscribers.length;
    after = isWhole ? page.after : page.subscribers[begun - 1]?.subscriber;
    if (after && isShort()) {
      await ports.refreshed.send([{ ...message, after }]);
      handedOn = true;
    }
  } while (after && !handedOn);
  // Where mails are left to send the message comes back anyway, and looks again at what is unsettled.
  if (counts.unsettled > 0 && counts['not-sent'] === 0) {
    await ports.refreshed.send([message], Math.min(settings.claimSettlesAfter, MAX_DELAY_SECONDS));
  }
  return { ...counts, drawn: market.drawn, handedOn };
}

async function readChanges(
  { records }: Pick<FanOutPorts, 'records'>,
  { changes: key }: Refreshed,
): Promise<TickerChange[]> {
  const bytes = await records.get(key);
  if (!bytes) throw new Error(`Expected a change list at ${key} in the records bucket, found none.`);
  return changeList.parse(JSON.parse(gunzipSync(bytes).toString()));
}
