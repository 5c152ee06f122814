import { parseArgs } from 'node:util';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { deliveriesTable } from '../../lambdas/adapters/deliveries-table.ts';
import { refreshedQueue } from '../../lambdas/adapters/refreshed-queue.ts';
import { recordKeys } from '../../lambdas/contracts/keys.ts';
import { firstCharacters, visible } from '../../lambdas/contracts/visible.ts';
import { commandLine, WrongUsage } from '../command-line.ts';
import { type RunningStack, runningStack, STACK_OPTIONS } from '../running-stack.ts';

/** Each queue with dead letters, by the name this command knows it by. */
const QUEUES = { deliveries: 'Drop-Deliveries', refreshed: 'Refreshed-Messages', events: 'Feedback-Events' } as const;
/** Letters are hidden from others, and from this command, while it goes through them. */
const SECONDS_HIDDEN = 60;

/** Shows the dead letters with their reasons, and brings them back to their queues. */
const USAGE = `Usage: npm run redrive -- [--aws | --state DIR] [--look] [${Object.keys(QUEUES).join('|')}]…\n       npm run redrive -- [--aws | --state DIR] --refused DELIVERY`;

await commandLine(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ...STACK_OPTIONS, look: { type: 'boolean', default: false }, refused: { type: 'string' } },
  });
  const names = Object.keys(QUEUES) as (keyof typeof QUEUES)[];
  const unknown = positionals.find((name) => !Object.hasOwn(QUEUES, name));
  if (unknown) throw new WrongUsage(`Expected the name of a queue, found "${unknown}".`);
  if (values.refused !== undefined && (values.look || positionals.length > 0))
    throw new WrongUsage('Expected --refused DELIVERY alone: it sends mails, and is about no queue.');
  const stack = await runningStack(values);
  if (values.refused !== undefined) return resendRefused(stack, values.refused);
  const { sqs, resource } = stack;
  for (const name of names.filter((one) => positionals.length === 0 || positionals.includes(one))) {
    const dead = resource(`${QUEUES[name]}-DeadLetters`);
    const home = values.look ? undefined : resource(`${QUEUES[name]}-Queue`);
    const count = await bringBack(sqs, dead, home, (text) => console.log(`${name}  ${text}`));
    console.log(`${name}: ${count} ${values.look ? 'dead' : 'brought back'}`);
  }
});

/** Has fan-out send the digests of a delivery that SES refused by mistake; nobody else gets one again. */
async function resendRefused({ dynamodb, sqs, resource }: RunningStack, delivery: string): Promise<void> {
  const { applied } = (await deliveriesTable(dynamodb, resource('Prices-Deliveries')).get(delivery)) ?? {};
  if (!applied)
    throw new Error(`Expected a delivery that is applied, like 2020-01-10.incremental, found "${delivery}".`);
  const { revision, droppedAt, replaces } = applied;
  const { changes } = recordKeys(delivery, revision);
  const whole = { segment: 0, segments: 1, resendRefused: true };
  const message = { delivery, revision, droppedAt, changes, ...whole, ...(replaces && { replaces }) };
  await refreshedQueue(sqs, resource('Refreshed-Messages-Queue')).send([message]);
  console.log(`${delivery}: fan-out sends what SES had refused; see the log line "digests sent"`);
}

/**
 * Goes through the letters that are there now; those that die again while it runs are left for another time.
 * @param home the queue they go back to; undefined to look only
 */
async function bringBack(
  sqs: SQSClient,
  dead: string,
  home: string | undefined,
  tell: (text: string) => void,
): Promise<number> {
  const there = await lettersIn(sqs, dead);
  const seen = new Set<string | undefined>();
  const left: Message[] = [];
  // No more than there were: those that die again while it runs come last.
  while (seen.size < there) {
    const letters = await receive(sqs, dead);
    const due = letters.filter(({ MessageId }) => !seen.has(MessageId)).slice(0, there - seen.size);
    left.push(...letters.filter((letter) => !home || !due.includes(letter)));
    if (due.length === 0) break;
    for (const letter of due) {
      seen.add(letter.MessageId);
      tell(`${new Date(Number(letter.Attributes?.SentTimestamp)).toISOString()}  ${describe(letter)}`);
      if (!home) continue;
      // In this order: a letter may come back twice, never not at all.
      await sqs.send(new SendMessageCommand({ QueueUrl: home, MessageBody: letter.Body }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: dead, ReceiptHandle: letter.ReceiptHandle }));
    }
  }
  // Not at once: the emulated SQS loses a message whose timeout is set to zero.
  for (const { ReceiptHandle } of left)
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: dead, ReceiptHandle, VisibilityTimeout: 1 }));
  if (seen.size < there) tell(`${there - seen.size} more are being looked at by somebody else; try again in a minute`);
  return seen.size;
}

async function lettersIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const [visible, hidden] = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [visible, hidden] }));
  return Number(Attributes?.[visible]) + Number(Attributes?.[hidden]);
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
  // The last is EventBridge's own, where it could not reach the queue.
  const reason = MessageAttributes['reason'] ?? MessageAttributes['ERROR_MESSAGE'];
  const why = reason?.StringValue ?? 'no reason given: the function died or ran out of time, see its log';
  return `${visible(why)}\n    ${visible(firstCharacters(Body, 300))}`;
}
