import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type CfnQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Env, type EnvName } from '../../lambdas/contracts/environment.ts';
import { QUEUE_NAMES, QUEUES, type QueueName } from '../../lambdas/contracts/queue-names.ts';
import { AppAlarm } from './alarm.ts';
import type { AppFunction } from './function.ts';
import { AppStack } from './stack.ts';

/** AWS recommends a visibility timeout of six times the timeout of the consumer. */
const VISIBILITY_TIMEOUTS = 6;
/** With exponential backoff from 30 s to 15 min, ten receives take more than an hour. */
const MAX_RECEIVES = 10;

export interface AppQueueProps {
  /** What a dead letter means for vendors and subscribers. */
  readonly impact: string;
  /** How long a message may wait, and what it means if one waits longer. */
  readonly waiting: { readonly atMost: Duration; readonly impact: string };
}

/** @throws Error if the queue is not in the list of all queues */
function nameOf({ node }: Construct): QueueName {
  const [, ...path] = node.path.split('/');
  const name = QUEUE_NAMES.find((one) => QUEUES[one].path === path.join('-'));
  if (!name) throw new Error(`Expected the queue ${path.join('-')} in contracts/queue-names.ts.`);
  return name;
}

/** A queue with dead letters and an alarm on them. */
export class AppQueue extends Construct {
  /** Its name for operators. */
  readonly name: QueueName;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly #waiting: AppQueueProps['waiting'];
  #hasConsumer = false;

  constructor(scope: Construct, id: string, { impact, waiting }: AppQueueProps) {
    super(scope, id);
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) };
    this.deadLetters = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    new AppAlarm(this, 'DeadLettersAlarm', {
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
      threshold: 1,
      impact,
    });
    this.name = nameOf(this);
    this.#waiting = waiting;
    this.node.addValidation({
      validate: () => (this.#hasConsumer ? [] : [`${this.node.path} has no consumer: call feed().`]),
    });
  }

  /** Makes a function the consumer: `batchSize` messages per invocation; the stage says how many invocations run at once. */
  feed(consumer: AppFunction, { batchSize }: { batchSize: number }): void {
    this.#hasConsumer = true;
    // Messages that nobody takes. One that was received three times no longer counts: then the function has errors or is throttled.
    new AppAlarm(this, 'WaitingAlarm', {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
      threshold: this.#waiting.atMost.toSeconds(),
      impact: this.#waiting.impact,
      cause: consumer.fails,
    });
    (this.queue.node.defaultChild as CfnQueue).visibilityTimeout = consumer.timeout.toSeconds() * VISIBILITY_TIMEOUTS;
    consumer.setEnvironment(Env.sourceQueueUrl, this.queue.queueUrl);
    consumer.setEnvironment(Env.deadLettersUrl, this.deadLetters.queueUrl);
    consumer.setEnvironment(Env.maxReceives, String(MAX_RECEIVES));
    consumer.setEnvironment(Env.retryAfter, AppStack.of(this).platform === 'aws' ? '30' : '1');
    // The function adds the reason, which SQS does not know.
    consumer.allow(['sqs:SendMessage'], [this.deadLetters.queueArn]);
    consumer.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize,
        maxConcurrency: AppStack.of(this).concurrency[this.name],
        reportBatchItemFailures: true,
      }),
    );
  }

  /** Allows a function to count messages, and to send dead letters back. @returns the names */
  grantOperate(target: AppFunction): { queue: string; deadLetters: string } {
    target.allow(['sqs:GetQueueAttributes', 'sqs:SendMessage'], [this.queue.queueArn]);
    target.allow(
      ['sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
      [this.deadLetters.queueArn],
    );
    return { queue: this.queue.queueName, deadLetters: this.deadLetters.queueName };
  }

  /** Gives a function the queue's URL and allows it to send. */
  grantSend(target: AppFunction, name: EnvName): void {
    target.setEnvironment(name, this.queue.queueUrl);
    target.allow(['sqs:SendMessage'], [this.queue.queueArn]);
  }
}
