import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { firstCharacters, visible } from '../lambdas/contracts/visible.ts';

/** Received letters are hidden for this long, from this command too. */
const SECONDS_HIDDEN = 60;

/**
 * Prints the dead letters that exist now and sends them back. Letters that return while it runs are left for the next time.
 * @param target URL of the queue to send them to; undefined prints them only
 * @param print called for each letter
 * @returns number of letters
 */
export async function redriveAll(
  sqs: SQSClient,
  deadLetters: string,
  target: string | undefined,
  print: (text: string) => void,
): Promise<number> {
  const total = await lettersIn(sqs, deadLetters);
  const seen = new Set<string | undefined>();
  const kept: Message[] = [];
  while (seen.size < total) {
    const letters = await receive(sqs, deadLetters);
    const due = letters.filter(({ MessageId }) => !seen.has(MessageId)).slice(0, total - seen.size);
    kept.push(...letters.filter((letter) => !target || !due.includes(letter)));
    if (due.length === 0) break;
    for (const letter of due) {
      seen.add(letter.MessageId);
      print(`${new Date(Number(letter.Attributes?.SentTimestamp)).toISOString()}  ${describe(letter)}`);
      if (!target) continue;
      // Send before delete: duplicates are possible and harmless.
      await sqs.send(new SendMessageCommand({ QueueUrl: target, MessageBody: letter.Body }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetters, ReceiptHandle: letter.ReceiptHandle }));
    }
  }
  // One second, not zero: the emulated SQS loses a message whose visibility timeout is set to zero.
  for (const { ReceiptHandle } of kept)
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: deadLetters, ReceiptHandle, VisibilityTimeout: 1 }));
  if (seen.size < total) print(`${total - seen.size} more are hidden by another receiver; try again in a minute`);
  return seen.size;
}

async function lettersIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const [shown, hidden] = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [shown, hidden] }));
  return Number(Attributes?.[shown]) + Number(Attributes?.[hidden]);
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

function describe({ Body = '', MessageAttributes = {} }: Message): string {
  // EventBridge sets ERROR_MESSAGE if it could not reach the queue.
  const reason = MessageAttributes['reason'] ?? MessageAttributes['ERROR_MESSAGE'];
  const why = reason?.StringValue ?? 'no reason: the function crashed or timed out, see its log';
  return `${visible(why)}\n    ${visible(firstCharacters(Body, 300))}`;
}
