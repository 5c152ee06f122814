import * as z from 'zod';

/** Each queue with dead letters: its name for operators, what waits in it, and its path in the stack. */
export const QUEUES = {
  deliveries: { holds: 'files, commands and due files for ingest', path: 'Drop-Deliveries' },
  refreshed: { holds: 'mails to send', path: 'Ingest-Refreshed' },
  events: { holds: 'events of SES', path: 'Feedback-Events' },
  reports: { holds: 'reports for the lake', path: 'Lake-Reports' },
  mails: { holds: 'mails of vendors with files', path: 'MailedFiles-Mails' },
  planned: { holds: 'runs of collectors', path: 'Collectors-Planned' },
} as const;
export const QUEUE_NAMES = Object.keys(QUEUES) as [QueueName, ...QueueName[]];
export type QueueName = keyof typeof QUEUES;

/** Invocations at once that each queue may cause; SQS allows no limit below 2. */
export type QueueConcurrency = Readonly<Record<QueueName, number>>;

const pair = z.object({ queue: z.string().min(1), deadLetters: z.string().min(1) });

/** The queues that the stack has, as it gives them to the API: by name, since their addresses are too long for an environment. */
export const stackQueues = z.partialRecord(z.enum(QUEUE_NAMES), pair);
export type StackQueues = z.infer<typeof stackQueues>;

/**
 * The addresses of queues.
 * @param sibling address of another queue of the stack: they differ in the last part
 */
export const queueUrls = (queues: StackQueues, sibling: string): StackQueues =>
  Object.fromEntries(
    Object.entries(queues).map(([name, { queue, deadLetters }]) => [
      name,
      { queue: new URL(queue, sibling).href, deadLetters: new URL(deadLetters, sibling).href },
    ]),
  );
