import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { NewCollectRequest } from '../contracts/collect.ts';

export type CollectQueue = ReturnType<typeof collectQueue>;

/** The queue that feeds the collectors. */
export const collectQueue = (client: SQSClient, queueUrl: string) => ({
  async send(request: NewCollectRequest): Promise<void> {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(request) }));
  },
});
