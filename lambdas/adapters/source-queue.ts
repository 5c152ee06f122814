import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { redact } from '../contracts/redact.ts';
import { firstCharacters } from '../contracts/visible.ts';

const MAX_DELAY_SECONDS = 900;
/** Enough to see what is wrong; the log has it all. */
const MAX_REASON_CHARS = 1_000;

export type SourceQueue = ReturnType<typeof sourceQueue>;

export type SourceQueueOptions = {
  queueUrl: string;
  deadLettersUrl: string;
  /** After so many receives SQS itself gives a message up. */
  maxReceives: number;
  /** Seconds until the first retry; each further one takes twice as long, up to a quarter of an hour. */
  firstDelay: number;
};

/**
 * The queue a function is fed from. Left alone, a failed message would stay hidden for the whole visibility
 * timeout, which is made for functions that die.
 */
export function sourceQueue(
  client: SQSClient,
  { queueUrl, deadLettersUrl, maxReceives, firstDelay }: SourceQueueOptions,
) {
  return {
    maxReceives,

    async retryLater({ receiptHandle, receives }: { receiptHandle: string; receives: number }): Promise<void> {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: Math.min(firstDelay * 2 ** Math.max(0, receives - 1), MAX_DELAY_SECONDS),
        }),
      );
    },

    /** Puts a message among the dead letters, with the reason. Whoever redrives it twice does no harm. */
    async bury(letter: { body: string; reason: string; receives: number }): Promise<'buried'> {
      const text = (value: string) => ({ DataType: 'String', StringValue: value });
      await client.send(
        new SendMessageCommand({
          QueueUrl: deadLettersUrl,
          MessageBody: letter.body,
          MessageAttributes: {
            // SQS takes no control characters.
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
      return 'buried';
    },
  };
}
