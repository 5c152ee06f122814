import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { redact } from '../contracts/redact.ts';
import { firstCharacters } from '../contracts/visible.ts';

const MAX_DELAY_SECONDS = 900;
/** The log has the complete reason. */
const MAX_REASON_CHARS = 1_000;

export type SourceQueue = ReturnType<typeof sourceQueue>;

export type SourceQueueOptions = {
  queueUrl: string;
  deadLettersUrl: string;
  /** Number of receives after which SQS moves a message to the dead letters. */
  maxReceives: number;
  /** Seconds until the first retry. Further retries use exponential backoff, at most 15 minutes. */
  firstDelay: number;
};

/**
 * The queue that feeds a function. Without `retryLater`, a failed message stays hidden for the visibility timeout, which is long because
 * it must cover crashed invocations.
 */
export function sourceQueue(
  client: SQSClient,
  { queueUrl, deadLettersUrl, maxReceives, firstDelay }: SourceQueueOptions,
) {
  return {
    maxReceives,

    /** Retries a failed message with exponential backoff. */
    async retryLater({ receiptHandle, receives }: { receiptHandle: string; receives: number }): Promise<void> {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: Math.min(firstDelay * 2 ** Math.max(0, receives - 1), MAX_DELAY_SECONDS),
        }),
      );
    },

    /** Copies a message to the dead letters, with the reason of its failure. */
    async sendToDeadLetters(letter: { body: string; reason: string; receives: number }): Promise<void> {
      const text = (value: string) => ({ DataType: 'String', StringValue: value });
      await client.send(
        new SendMessageCommand({
          QueueUrl: deadLettersUrl,
          MessageBody: letter.body,
          MessageAttributes: {
            // SQS rejects control characters.
            reason: text(
              firstCharacters(
                redact(firstCharacters(letter.reason, 4 * MAX_REASON_CHARS)).replace(/\p{C}+/gu, ' '),
                MAX_REASON_CHARS,
              ) || 'none given',
            ),
            receives: text(String(letter.receives)),
          },
        }),
      );
    },
  };
}
