import { dayOf, type Refreshed } from '../contracts/refreshed.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { type DigestOutcome, sendDigest } from '../mailing/send-once.ts';
import { openMarket } from '../pricing/price-snapshot.ts';
import type { FanOutPorts, FanOutSettings, Invocation } from './ports.ts';
import { visitSubscribers } from './visit-subscribers.ts';

const RETRY_SECONDS = 30;
const MAX_DELAY_SECONDS = 900;

export type FanOutResult = Record<DigestOutcome, number> & {
  drawn: number;
  /** True where time ran short and other messages go on, also with what is left to send. */
  handedOn: boolean;
};

/**
 * Sends every subscriber of one segment their digest of a delivery revision. May be repeated: the ledger
 * knows who has theirs. Where `not-sent` is not zero and nothing was handed on, the message is to come back.
 */
export async function fanOut(
  ports: FanOutPorts,
  settings: FanOutSettings,
  message: Refreshed,
  invocation: Invocation,
): Promise<FanOutResult> {
  const market = await openMarket({ ...ports, now: invocation.now }, settings, message);
  const counts: Record<DigestOutcome, number> = {
    unconcerned: 0,
    sent: 0,
    'sent-again': 0,
    settled: 0,
    taken: 0,
    refused: 0,
    unsettled: 0,
    unknown: 0,
    'not-sent': 0,
    'no-time': 0,
  };
  const send = async (subscriber: Subscriber): Promise<DigestOutcome> => {
    try {
      return await sendDigest(ports, settings, { subscriber, message, market }, invocation);
    } catch (error) {
      // One subscriber never costs another theirs.
      ports.warn('digest failed', { subscriber: subscriber.subscriber, error });
      return 'not-sent';
    }
  };
  const { isDone, after } = await visitSubscribers(ports, message, {
    today: dayOf(message),
    isShort: () => invocation.deadline - invocation.now() < settings.timeToEndMs,
    visit: async (subscriber) => {
      const outcome = await send(subscriber);
      counts[outcome]++;
      return outcome !== 'no-time';
    },
  });
  // Whoever has taken a digest may die with it, and its message be gone with ours.
  const inDoubt = counts.unsettled + counts.taken;
  const lookAgainAfter = Math.min(settings.claimSettlesAfter, MAX_DELAY_SECONDS);
  if (!isDone) {
    await ports.refreshed.send([{ ...message, after }]);
    const isOpen = inDoubt + counts['not-sent'] > 0 && after !== message.after;
    const delay = counts['not-sent'] > 0 ? RETRY_SECONDS : lookAgainAfter;
    if (isOpen) await ports.refreshed.send([{ ...message, until: after }], delay);
  } else if (inDoubt > 0 && counts['not-sent'] === 0) {
    // Where mails are left to send the message comes back anyway, and looks again at what is in doubt.
    await ports.refreshed.send([message], lookAgainAfter);
  }
  return { ...counts, drawn: market.drawn, handedOn: !isDone };
}
