import type { End } from './faults.ts';

export type QueueName = 'deliveries' | 'refreshed' | 'events' | 'collect' | 'mails';
export type Message = { id: number; queue: QueueName; body: unknown; visibleAt: number; receives: number };

/** Timeouts of the functions in seconds, as lib/ sets them; a queue hides a message for six of them. */
export const TIMEOUT: Record<QueueName, number> = {
  deliveries: 600,
  refreshed: 300,
  events: 30,
  collect: 900,
  mails: 60,
};
const VISIBILITY_TIMEOUTS = 6;
export const MAX_RECEIVES = 10;
const FIRST_RETRY_SECONDS = 30;
const MAX_RETRY_SECONDS = 900;

/** How long a message is hidden after a try: SQS waits for the timeout of a crashed function, and functions choose a backoff. */
export const retrySeconds = ({ queue, receives }: Message, end: End): number =>
  end === 'crashed'
    ? TIMEOUT[queue] * VISIBILITY_TIMEOUTS
    : Math.min(FIRST_RETRY_SECONDS * 2 ** (receives - 1), MAX_RETRY_SECONDS);
