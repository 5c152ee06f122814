import { Duration } from 'aws-cdk-lib';
import { type IAlarmAction, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import { MailTag } from '../lambdas/contracts/mail-event.ts';
import { HouseAlarm } from './constructs/alarm.ts';
import { HouseFunction, type Platform } from './constructs/function.ts';
import { HouseQueue } from './constructs/queue.ts';
import type { FanOut } from './fan-out.ts';
import type { Mail } from './mail.ts';
import type { Subscribers } from './subscribers.ts';

const TIMEOUT = Duration.seconds(30);
/** Shares of all mail at which SES looks into an account. */
const REPUTATION = [
  { name: 'BounceRate', rate: 0.05, asks: 'One mail in twenty bounces' },
  { name: 'ComplaintRate', rate: 0.001, asks: 'One mail in a thousand is called spam' },
];

export interface FeedbackProps {
  readonly mail: Mail;
  readonly fanOut: FanOut;
  readonly subscribers: Subscribers;
  readonly platform: Platform;
  readonly alarmAction: IAlarmAction;
}

/** What SES says of our mails: it settles claims whose sender did not live to record them, and stops dead addresses. */
export class Feedback extends Construct {
  constructor(scope: Construct, id: string, { mail, fanOut, subscribers, platform, alarmAction }: FeedbackProps) {
    super(scope, id);
    const events = new HouseQueue(this, 'Events', {
      consumerTimeout: TIMEOUT,
      alarmAction,
      deadLettersMean:
        'What SES said of some mails is not in the ledger: those may be sent twice, dead addresses are written to. Runbook: feedback.',
    });
    new Rule(this, 'MailEvents', {
      description: 'SES says what became of one of our mails',
      eventPattern: {
        source: ['aws.ses'],
        detailType: ['Email Sent', 'Email Delivered', 'Email Bounced', 'Email Complaint Received', 'Email Rejected'],
        detail: {
          mail: {
            tags: {
              'ses:configuration-set': [mail.configurationSet.configurationSetName],
              // Whoever else sends from the domain uses its configuration set too.
              [MailTag.subscriber]: [{ exists: true }],
            },
          },
        },
      },
      targets: [new SqsQueue(events.queue, { deadLetterQueue: events.deadLetters })],
    });
    const feedback = new HouseFunction(this, 'Feedback', {
      capability: 'feedback',
      description: 'Records in the ledger what SES says of our mails',
      timeout: TIMEOUT,
      memorySize: 256,
      platform,
      environment: {
        [Env.digestsTable]: fanOut.digests.tableName,
        [Env.subscribersTable]: subscribers.subscribers.tableName,
      },
      alarmAction,
      alarmMeans: 'Feedback fails: mails whose sending is in doubt may be sent twice. Runbook: feedback.',
    });
    events.feed(feedback, { batchSize: 10, concurrency: 2 });
    feedback.allow(['dynamodb:UpdateItem', 'dynamodb:Query'], [fanOut.digests.tableArn]);
    feedback.allow(['dynamodb:UpdateItem'], [subscribers.subscribers.tableArn]);
    new HouseAlarm(this, 'Rejected', {
      metric: feedback.metric('MailsRejected'),
      threshold: 1,
      means: 'SES took a mail and then found a virus in it: that subscriber did not get it. Runbook: feedback.',
      action: alarmAction,
    });
    for (const { name, rate, asks } of REPUTATION) {
      new HouseAlarm(this, name, {
        metric: new Metric({ namespace: 'AWS/SES', metricName: `Reputation.${name}`, period: Duration.hours(1) }),
        threshold: rate,
        means: `${asks}: SES reviews the account, and may stop all our mail. Runbook: feedback.`,
        action: alarmAction,
      });
    }
  }
}
