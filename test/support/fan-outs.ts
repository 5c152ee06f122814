import type { Refreshed } from '../../lambdas/contracts/refreshed.ts';
import { type FanOutResult, fanOut } from '../../lambdas/fan-out/fan-out.ts';
import type { FanOutPorts, FanOutSettings } from '../../lambdas/fan-out/ports.ts';
import { NOW } from './drops.ts';
import type { MemoryWorld } from './memory-world.ts';

export const FAN_OUT_SETTINGS: FanOutSettings = {
  suspectMove: 0.5,
  claimRetryAfter: 3600,
  timeToFinishMs: 30_000,
  concurrency: 4,
  sender: 'digest@example.com',
  webUrl: 'https://example.com',
  apiUrl: 'https://api.example.com',
  linkKeys: { current: 'key' },
};

let invocations = 0;

/** Handles one message of fan-out. */
export function fanOutOne(
  world: MemoryWorld,
  message: Refreshed | undefined,
  {
    ports = world.ports(),
    now = NOW,
    deadline = NOW + 300_000,
  }: { ports?: FanOutPorts; now?: number | (() => number); deadline?: number } = {},
): Promise<FanOutResult> {
  if (!message) throw new Error('Expected a refreshed message.');
  const id = `invocation-${++invocations}`;
  return fanOut(ports, FAN_OUT_SETTINGS, message, { id, now: typeof now === 'number' ? () => now : now, deadline });
}

/**
 * Handles all messages of fan-out, as SQS would: a message with mails left to send is retried. Delayed messages stay in the queue for
 * the next call.
 */
export async function sendAll(
  world: MemoryWorld,
  ports?: FanOutPorts,
  options: Parameters<typeof fanOutOne>[2] = {},
): Promise<void> {
  const queue = world.messages.splice(0);
  const delayed: typeof queue = [];
  let cause: unknown;
  for (let runs = 0; queue.length > 0; runs++) {
    if (runs > 500) throw new Error('The messages do not end.', { cause });
    const next = queue.shift();
    const result =
      next &&
      (await fanOutOne(world, next.message, { ...options, ...(ports && { ports }) }).catch((error) => {
        cause = error;
      }));
    if (next && !result?.handedOver && result?.['not-sent'] !== 0) queue.push(next);
    for (const sent of world.messages.splice(0)) (sent.delaySeconds > 0 ? delayed : queue).push(sent);
  }
  world.messages.push(...delayed);
}
