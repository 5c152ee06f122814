import type { SQSClient } from '@aws-sdk/client-sqs';
import { QUEUE_NAMES, type QueueName, type StackQueues } from '../contracts/queue-names.ts';
import { redact } from '../contracts/redact.ts';
import { messagesIn, redriveAll } from './dead-letters.ts';

/** Sent back by one request: more would take longer than a request may. */
const LETTERS_AT_ONCE = 100;

export type Queues = ReturnType<typeof queuesOf>;

/** The queues of the stack with their dead letters, for operators. @param urls their addresses */
export function queuesOf(client: SQSClient, urls: StackQueues) {
  const of = (name: QueueName) => {
    const found = urls[name];
    if (!found) throw new Error(`Expected a queue of the stack, found ${name}.`);
    return found;
  };
  return {
    /** The queues that the stack has. */
    names: QUEUE_NAMES.filter((name) => urls[name]),

    async count(name: QueueName): Promise<{ waiting: number; inProgress: number; deadLetters: number }> {
      const { queue, deadLetters } = of(name);
      const [messages, letters] = await Promise.all([messagesIn(client, queue), messagesIn(client, deadLetters)]);
      const { waiting, hidden: inProgress } = messages;
      return { waiting, inProgress, deadLetters: letters.waiting + letters.hidden };
    },

    /** Sends dead letters back. @returns why each of them failed */
    async redrive(name: QueueName): Promise<string[]> {
      const { queue, deadLetters } = of(name);
      const reasons: string[] = [];
      await redriveAll(client, deadLetters, {
        target: queue,
        max: LETTERS_AT_ONCE,
        // A reason or a message may contain an address.
        print: ({ why }) => void reasons.push(redact(why)),
      });
      return reasons;
    },
  };
}
