import { dateOf, type Refreshed, type Scan } from '../contracts/refreshed.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { MAIL_OUTCOMES, type MailOutcome } from '../mailing/outcome.ts';
import { sendOnce } from '../mailing/send-once.ts';
import { isConcerned, subscriberDigest } from '../mailing/subscriber-digest.ts';
import { wantsWeekly, weeklyDigest } from '../mailing/weekly-digest.ts';
import { openCurrent, openSnapshot } from '../pricing/open-snapshot.ts';
import type { Invocation } from '../runtime/invocation.ts';
import type { FanOutPorts, FanOutSettings } from './ports.ts';
import { ONLY_SMOKE_SUBSCRIBER } from './smoke-subscriber.ts';
import { split } from './split.ts';
import { visitSubscribers } from './visit-subscribers.ts';

const RETRY_SECONDS = 30;
const MAX_DELAY_SECONDS = 900;

export type FanOutResult = Record<MailOutcome, number> & {
  /** Number of charts drawn. */
  drawn: number;
  /** Seconds from the upload or the command to each mail that was sent, in order. */
  waits: number[];
  /** True if other messages continue this one, including the mails left to send. */
  handedOver: boolean;
};

/**
 * Sends the digests of one revision, or of one week, to the subscribers of one scan segment, or splits the message first. May be repeated: the ledger
 * prevents duplicate mails. If `not-sent` is not zero and nothing was handed over, the message must be retried.
 * @throws Error if there was no time for a single subscriber
 */
export async function fanOut(
  given: FanOutPorts,
  settings: FanOutSettings,
  message: Refreshed,
  invocation: Invocation,
): Promise<FanOutResult> {
  const ports = message.only ? { ...given, subscribers: ONLY_SMOKE_SUBSCRIBER } : given;
  const scan = message.scan ?? (await split(ports, message));
  if (!scan) return { ...noOutcomes(), drawn: 0, waits: [], handedOver: true };
  const { weekly } = message;
  const open = { ...ports, now: invocation.now };
  const snapshot = weekly
    ? await openCurrent(open, settings, message, weekly.saturday)
    : await openSnapshot(open, settings, message);
  const isFor = weekly ? wantsWeekly : (subscriber: Subscriber) => isConcerned(snapshot, subscriber);
  const counts = noOutcomes();
  const waits: number[] = [];
  const send = senderOf(ports, settings, scan, invocation);
  const { isDone, after } = await visitSubscribers(ports, scan, {
    date: dateOf(message),
    isTimeShort: () => invocation.deadline - invocation.now() < settings.timeToFinishMs,
    visit: async (subscriber) => {
      const outcome = isFor(subscriber) ? await send({ message, snapshot }, subscriber) : 'not-wanted';
      counts[outcome]++;
      if (outcome === 'sent') waits.push((invocation.now() - Date.parse(message.knownAt)) / 1000);
      return outcome !== 'no-time';
    },
  });
  await continueLater(ports, settings, { message, scan, counts, isDone, after });
  return { ...counts, drawn: snapshot.drawn, waits, handedOver: !isDone };
}

/** Sends one digest. An error is logged and counts as `not-sent`: it must not affect other subscribers. */
function senderOf(ports: FanOutPorts, settings: FanOutSettings, scan: Scan, invocation: Invocation) {
  // The invocations of one revision share the SES rate. If another revision is sent at the same time, SES throttles and all slow down.
  const sharedBy = Math.min(settings.concurrency, scan.totalScanSegments);
  const mailer = {
    send: ports.mailer.send,
    turn: (deadline: number) => ports.mailer.turn(deadline, sharedBy),
  };
  return async (about: Parameters<typeof subscriberDigest>[2], subscriber: Subscriber): Promise<MailOutcome> => {
    try {
      const week = about.message.weekly;
      const mail = week
        ? weeklyDigest(ports, settings, { ...about, week }, subscriber, invocation.now)
        : subscriberDigest(ports, settings, about, subscriber, invocation.now);
      return await sendOnce({ ...ports, mailer }, settings, mail, invocation);
    } catch (error) {
      ports.warn('digest failed', { recipient: subscriber.subscriber, delivery: about.message.delivery, error });
      return 'not-sent';
    }
  };
}

/**
 * Sends messages for what is left: the rest of the scan, and mails that must be checked again. No subscriber is in two messages, unless the
 * one at the cursor was erased; then the ledger prevents duplicates.
 */
async function continueLater(
  { refreshed }: Pick<FanOutPorts, 'refreshed'>,
  { claimRetryAfter }: FanOutSettings,
  done: {
    message: Refreshed;
    scan: Scan;
    counts: Record<MailOutcome, number>;
    isDone: boolean;
    after: string | undefined;
  },
): Promise<void> {
  const { message, scan, counts, isDone, after } = done;
  const next = (changes: Partial<Scan>): Refreshed => ({
    ...message,
    scan: { ...scan, ...changes },
    hop: message.hop + 1,
  });
  // Another invocation may claim a mail, then crash after its message was deleted: check its mails again too.
  const isUncertain = counts.unconfirmed + counts.claimed > 0;
  const checkAfter = Math.min(claimRetryAfter, MAX_DELAY_SECONDS);
  if (!isDone) {
    // Do not send a message with the same cursor: that would never end. Fail instead: retries have backoff, then a dead letter.
    if (after === scan.after)
      throw new Error('No time for a single digest. The next try starts at the same subscriber.');
    await refreshed.send([next({ after })]);
    const isOpen = isUncertain || counts['not-sent'] > 0;
    if (isOpen) await refreshed.send([next({ until: after })], counts['not-sent'] > 0 ? RETRY_SECONDS : checkAfter);
  } else if (isUncertain && counts['not-sent'] === 0) {
    // If mails are left to send, the message is retried anyway, and checks the uncertain ones again.
    await refreshed.send([next({})], checkAfter);
  }
}

const noOutcomes = (): Record<MailOutcome, number> =>
  Object.fromEntries(MAIL_OUTCOMES.map((outcome) => [outcome, 0])) as Record<MailOutcome, number>;
