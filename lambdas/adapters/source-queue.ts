import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';

const MAX_DELAY_SECONDS = 900;

export type SourceQueue = ReturnType<typeof sourceQueue>;

/**
 * The queue a function is fed from. Left alone, a failed message would stay hidden for the whole visibility
 * timeout, which is made for functions that die.
 * @param firstDelay seconds until the first retry; each further one takes twice as long, up to a quarter of an hour
 */
export function sourceQueue(client: SQSClient, queueUrl: string, firstDelay: number) {
  return {
    async retryLater({ receiptHandle, receives }: { receiptHandle: string; receives: number }): Promise<void> {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: Math.min(firstDelay * 2 ** Math.max(0, receives - 1), MAX_DELAY_SECONDS),
        }),
      );
    },
  };
}
