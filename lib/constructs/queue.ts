import { Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Env } from '../../lambdas/contracts/environment.ts';
import { HouseAlarm } from './alarm.ts';
import type { HouseFunction } from './function.ts';

/** AWS asks for six times the timeout of the function that reads a queue. */
const VISIBILITY_TIMEOUTS = 6;
/** Failed messages come back after half a minute, then twice as late each time: ten are more than an hour. */
const MAX_RECEIVES = 10;

export interface HouseQueueProps {
  /** Timeout of the function that reads the queue. */
  readonly consumerTimeout: Duration;
  readonly alarmAction: IAlarmAction;
  /** What a dead letter means for people. */
  readonly deadLettersMean: string;
}

/** A queue with its dead letters, and an alarm on them. */
export class HouseQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: HouseQueueProps) {
    super(scope, id);
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) };
    this.deadLetters = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      visibilityTimeout: Duration.seconds(props.consumerTimeout.toSeconds() * VISIBILITY_TIMEOUTS),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    new HouseAlarm(this, 'DeadLettersAlarm', {
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
      threshold: 1,
      means: props.deadLettersMean,
      action: props.alarmAction,
    });
  }

  /** Lets a function read the queue, `batchSize` messages an invocation, at most `concurrency` invocations at once. */
  feed(consumer: HouseFunction, { batchSize, concurrency }: { batchSize: number; concurrency: number }): void {
    consumer.function.addEnvironment(Env.sourceQueueUrl, this.queue.queueUrl);
    consumer.function.addEnvironment(Env.deadLettersUrl, this.deadLetters.queueUrl);
    consumer.function.addEnvironment(Env.maxReceives, String(MAX_RECEIVES));
    // With the reason, which SQS itself would not know.
    this.deadLetters.grantSendMessages(consumer.role);
    consumer.function.addEventSource(
      new SqsEventSource(this.queue, { batchSize, maxConcurrency: concurrency, reportBatchItemFailures: true }),
    );
  }
}
