import { type Duration, TimeZone } from 'aws-cdk-lib';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import { AppAlarm } from './constructs/alarm.ts';
import { DRAWING } from './constructs/drawing.ts';
import { AppFunction } from './constructs/function.ts';
import { AppStack } from './constructs/stack.ts';
import type { Gateway } from './gateway.ts';
import type { Ingest } from './ingest.ts';
import type { Mail } from './mail.ts';
import type { Prices } from './prices.ts';
import type { Subscribers } from './subscribers.ts';

/** A scan segment takes a few messages, each of which visits thousands of subscribers. */
const MAX_HOPS = 100;

export interface FanOutProps {
  readonly ingest: Ingest;
  readonly prices: Prices;
  readonly subscribers: Subscribers;
  readonly mail: Mail;
  readonly gateway: Gateway;
  readonly timeout: Duration;
  /** How long a claim waits for SES's confirmation before it may be retried. */
  readonly claimRetryAfter: Duration;
}

/** Draws charts, composes digests and sends them. */
export class FanOut extends Construct {
  constructor(scope: Construct, id: string, props: FanOutProps) {
    super(scope, id);
    const { ingest, prices, subscribers, mail, gateway } = props;
    const fanOut = new AppFunction(this, 'FanOut', {
      ...DRAWING,
      capability: 'fan-out',
      failures: 'MessagesFailed',
      description: 'Draws charts and sends one digest per subscriber',
      timeout: props.timeout,
      feedsItself: true,
      impact: 'Fan-out fails or times out: some digests are late. Runbook: fan-out.',
    });
    fanOut.setEnvironment(Env.fanOutConcurrency, String(AppStack.of(this).concurrency.refreshed));
    fanOut.setEnvironment(Env.claimRetryAfter, String(props.claimRetryAfter.toSeconds()));
    ingest.refreshed.feed(fanOut, { batchSize: 1 });
    // It splits its messages, and hands the rest of a scan segment over to another message.
    ingest.refreshed.grantSend(fanOut, Env.refreshedQueueUrl);
    ingest.grantReadRecords(fanOut);
    prices.grantRead(fanOut);
    prices.grantReadRenames(fanOut);
    subscribers.grantScan(fanOut, { alsoOne: true });
    gateway.grantLinks(fanOut);
    mail.grantSendOnce(fanOut);
    new Schedule(this, 'Weekly', {
      description: 'Sends the weekly digests',
      schedule: ScheduleExpression.cron({
        minute: '0',
        hour: '8',
        weekDay: 'SAT',
        timeZone: TimeZone.AMERICA_NEW_YORK,
      }),
      target: new SqsSendMessage(ingest.refreshed.queue, {
        input: ScheduleTargetInput.fromObject({ weekly: ContextAttribute.scheduledTime }),
        deadLetterQueue: ingest.refreshed.deadLetters,
      }),
    });
    new AppAlarm(this, 'Refused', {
      metric: fanOut.metric('DigestsRefused'),
      threshold: 1,
      impact:
        'SES refused a digest permanently: that subscriber did not get it. The log has the reason. Runbook: fan-out.',
    });
    new AppAlarm(this, 'Unconfirmed', {
      metric: fanOut.metric('ClaimsUnconfirmed'),
      threshold: 1,
      impact: 'No SES event for an hour: a digest was resent once, or abandoned. Runbook: fan-out.',
    });
    new AppAlarm(this, 'Hops', {
      metric: fanOut.metric('FanOutHops').with({ statistic: 'Maximum' }),
      threshold: MAX_HOPS,
      impact: `A scan segment took ${MAX_HOPS} messages in a row: its digests are very late, or fan-out repeats without end. Runbook: fan-out.`,
    });
  }
}
