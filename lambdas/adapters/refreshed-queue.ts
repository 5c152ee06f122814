import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Refreshed } from '../contracts/refreshed.ts';

/** Limit of SendMessageBatch. */
const BATCH_MESSAGES = 10;

export type RefreshedQueue = ReturnType<typeof refreshedQueue>;

/** The queue between ingest and fan-out. */
export function refreshedQueue(client: SQSClient, queueUrl: string) {
  return {
    /**
     * @param delaySeconds until the messages become visible, at most 900
     * @throws Error if SQS did not accept every message; sending them again is harmless
     */
    async send(messages: readonly Refreshed[], delaySeconds = 0): Promise<void> {
      for (let i = 0; i < messages.length; i += BATCH_MESSAGES) {
        const { Failed = [] } = await client.send(
          new SendMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: messages.slice(i, i + BATCH_MESSAGES).map((message, n) => ({
              Id: String(n),
              MessageBody: JSON.stringify(message),
              DelaySeconds: delaySeconds,
            })),
          }),
        );
        if (Failed.length > 0) {
          throw new Error(
            `SQS accepted ${Math.min(i + BATCH_MESSAGES, messages.length) - Failed.length} of ${messages.length} messages: ${Failed[0]?.Message}`,
          );
        }
      }
    },
  };
}
