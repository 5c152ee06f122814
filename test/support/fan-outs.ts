import type { Refreshed } from '../../lambdas/contracts/refreshed.ts';
import { type FanOutResult, fanOut } from '../../lambdas/fan-out/fan-out.ts';
import type { FanOutPorts, FanOutSettings } from '../../lambdas/fan-out/ports.ts';
import { NOW } from './drops.ts';
import type { MemoryWorld } from './memory-world.ts';

export const FAN_OUT_SETTINGS: FanOutSettings = {
  suspectMove: 0.5,
  claimSettlesAfter: 3600,
  timeToEndMs: 30_000,
  sender: 'digest@example.com',
  webUrl: 'https://example.com',
  apiUrl: 'https://api.example.com',
  linkKeys: { current: 'key' },
};

let invocations = 0;

/** Fans one message out. */
export function fanOutOne(
  world: MemoryWorld,
  message: Refreshed | undefined,
  { ports = world.ports() as FanOutPorts, now = NOW, deadline = NOW + 300_000 } = {},
): Promise<FanOutResult> {
  if (!message) throw new Error('Expected a refreshed message.');
  const id = `invocation-${++invocations}`;
  return fanOut(ports, FAN_OUT_SETTINGS, message, { id, now: () => now, deadline });
}

/**
 * Fans out what is in the queue, as SQS would: a message with mails left to send comes back. What is sent with a delay
 * stays for the next time.
 */
export async function sendAll(
  world: MemoryWorld,
  ports?: FanOutPorts,
  options: Parameters<typeof fanOutOne>[2] = {},
): Promise<void> {
  const queue = world.messages.splice(0);
  const later: typeof queue = [];
  for (let runs = 0; queue.length > 0; runs++) {
    if (runs > 500) throw new Error('The messages do not come to an end.');
    const next = queue.shift();
    const result =
      next && (await fanOutOne(world, next.message, { ...options, ...(ports && { ports }) }).catch(() => undefined));
    if (next && !result?.handedOn && result?.['not-sent'] !== 0) queue.push(next);
    for (const sent of world.messages.splice(0)) (sent.delaySeconds > 0 ? later : queue).push(sent);
  }
  world.messages.push(...later);
}
