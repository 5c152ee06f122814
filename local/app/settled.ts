import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientFor } from '../engine/client-options.ts';
import type { Endpoints } from './endpoints.ts';

/** The counters of queues lag behind: they must be zero this many times in a row. */
const EMPTY_IN_A_ROW = 3;

/**
 * Waits until all queues of a running stack are empty: every message was handled, or moved to the dead letters.
 * @throws Error after `seconds`
 */
export async function settled({ sqs, resources }: Endpoints, seconds = 120): Promise<void> {
  const client = new SQSClient(clientFor(sqs));
  const queues = Object.values(resources).filter((name) => name.startsWith(sqs) && !name.endsWith('DeadLetters'));
  await emptied(client, queues, seconds).finally(() => client.destroy());
}

/**
 * Waits until all of these queues are empty.
 * @throws Error after `seconds`
 */
export async function emptied(client: SQSClient, queues: string[], seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (let empty = 0; empty < EMPTY_IN_A_ROW; ) {
    const counts = await Promise.all(queues.map((url) => messagesIn(client, url)));
    empty = counts.every((count) => count === 0) ? empty + 1 : 0;
    if (Date.now() > deadline)
      throw new Error(`Expected empty queues within ${seconds} s, found ${counts.join(' and ')} messages left.`);
    await sleep(100);
  }
}

/** Messages that are visible, in progress, or delayed. */
export async function messagesIn(client: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const counts = new Map(Object.entries(Attributes));
  return ['', 'NotVisible', 'Delayed']
    .map((state) => Number(counts.get(`ApproximateNumberOfMessages${state}`) ?? 0))
    .reduce((a, b) => a + b);
}
