import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { MailTag } from '../lambdas/contracts/mail-event.ts';
import { AppAlarm } from './constructs/alarm.ts';
import { AppFunction } from './constructs/function.ts';
import { AppQueue } from './constructs/queue.ts';
import type { Mail } from './mail.ts';
import type { Subscribers } from './subscribers.ts';

/** Shares of all mail at which SES reviews an account. */
const REPUTATION = [
  { name: 'BounceRate', rate: 0.05, what: 'One mail in twenty bounces' },
  { name: 'ComplaintRate', rate: 0.001, what: 'One mail in a thousand is reported as spam' },
];

export interface FeedbackProps {
  readonly mail: Mail;
  readonly subscribers: Subscribers;
}

/** Records SES events in the ledger. They settle unconfirmed claims, and stop mail to addresses that bounce or complain. */
export class Feedback extends Construct {
  constructor(scope: Construct, id: string, { mail, subscribers }: FeedbackProps) {
    super(scope, id);
    const events = new AppQueue(this, 'Events', {
      impact:
        'SES feedback is not being recorded: duplicates are possible and bouncing addresses are still mailed. Runbook: feedback.',
      // A claim is settled by an event within an hour, or its mail is sent again.
      waiting: {
        atMost: Duration.minutes(30),
        impact:
          'Events of SES have been waiting for half an hour: after an hour some mails may be sent twice. Runbook: waiting.',
      },
    });
    new Rule(this, 'MailEvents', {
      description: 'SES events of our mails',
      eventPattern: {
        source: ['aws.ses'],
        detailType: ['Email Sent', 'Email Delivered', 'Email Bounced', 'Email Complaint Received', 'Email Rejected'],
        detail: {
          mail: {
            tags: {
              'ses:configuration-set': [mail.configurationSet.configurationSetName],
              // Other senders of the domain may use the same configuration set.
              [MailTag.recipient]: [{ exists: true }],
            },
          },
        },
      },
      targets: [new SqsQueue(events.queue, { deadLetterQueue: events.deadLetters })],
    });
    const feedback = new AppFunction(this, 'Feedback', {
      capability: 'feedback',
      failures: 'MessagesFailed',
      description: 'Records SES events in the ledger',
      timeout: Duration.seconds(30),
      memorySize: 256,
      impact: 'Feedback fails: duplicates are possible and bouncing addresses are still mailed. Runbook: feedback.',
    });
    events.feed(feedback, { batchSize: 10 });
    mail.grantRecordEvents(feedback);
    subscribers.grantStop(feedback);
    new AppAlarm(this, 'Rejected', {
      metric: feedback.metric('MailsRejected'),
      threshold: 1,
      impact: 'SES accepted a mail and then found a virus in it: that subscriber did not get it. Runbook: feedback.',
    });
    for (const { name, rate, what } of REPUTATION) {
      new AppAlarm(this, name, {
        metric: new Metric({ namespace: 'AWS/SES', metricName: `Reputation.${name}`, period: Duration.hours(1) }),
        threshold: rate,
        impact: `${what}: SES reviews the account, and may stop all our mail. Runbook: feedback.`,
      });
    }
  }
}
