import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { firstCharacters, visible } from '../contracts/visible.ts';

/** Received letters are hidden for this long, from this command too. */
const SECONDS_HIDDEN = 60;

/** A dead letter: when it was sent first (ISO instant), why it failed, and its begin. */
export type DeadLetter = { sentAt: string; why: string; begin: string };

/**
 * Sends back the dead letters that exist now. Letters that return while it runs are left for the next time.
 * @param target URL of the queue to send them to; undefined looks at them only
 * @param print called for each letter
 * @param max number of letters to look at
 * @returns number of letters, and of those that another receiver hides
 */
export async function redriveAll(
  sqs: SQSClient,
  deadLetters: string,
  {
    target,
    print,
    max = Number.POSITIVE_INFINITY,
  }: { target: string | undefined; print: (letter: DeadLetter) => void; max?: number },
): Promise<{ count: number; hidden: number }> {
  const { waiting, hidden } = await messagesIn(sqs, deadLetters);
  const total = Math.min(max, waiting + hidden);
  const seen = new Set<string | undefined>();
  const kept: Message[] = [];
  while (seen.size < total) {
    const letters = await receive(sqs, deadLetters);
    const due = letters.filter(({ MessageId }) => !seen.has(MessageId)).slice(0, total - seen.size);
    kept.push(...letters.filter((letter) => !target || !due.includes(letter)));
    if (due.length === 0) break;
    for (const letter of due) {
      seen.add(letter.MessageId);
      print(described(letter));
      if (!target) continue;
      // Send before delete: duplicates are possible and harmless.
      await sqs.send(new SendMessageCommand({ QueueUrl: target, MessageBody: letter.Body }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetters, ReceiptHandle: letter.ReceiptHandle }));
    }
  }
  // One second, not zero: the emulated SQS loses a message whose visibility timeout is set to zero.
  for (const { ReceiptHandle } of kept)
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: deadLetters, ReceiptHandle, VisibilityTimeout: 1 }));
  return { count: seen.size, hidden: total - seen.size };
}

/** Messages of a queue: those that wait, also for a later time, and those that a receiver hides. */
export async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<{ waiting: number; hidden: number }> {
  const names = ['', 'NotVisible', 'Delayed'].map((what) => `ApproximateNumberOfMessages${what}`);
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names as QueueAttributeName[] }),
  );
  const [shown = 0, hidden = 0, delayed = 0] = names.map((name) => Number(Reflect.get(Attributes, name) ?? 0));
  return { waiting: shown + delayed, hidden };
}

async function receive(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 2,
      VisibilityTimeout: SECONDS_HIDDEN,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  return Messages;
}

function described({ Body = '', MessageAttributes = {}, Attributes }: Message): DeadLetter {
  // EventBridge sets ERROR_MESSAGE if it could not reach the queue.
  const reason = MessageAttributes['reason'] ?? MessageAttributes['ERROR_MESSAGE'];
  const why = reason?.StringValue ?? 'no reason: the function crashed or timed out, see its log';
  const sentAt = new Date(Number(Attributes?.SentTimestamp)).toISOString();
  return { sentAt, why: visible(why), begin: visible(firstCharacters(Body, 300)) };
}
