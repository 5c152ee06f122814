import { Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import { MailTag } from '../lambdas/contracts/mail-sent.ts';
import { HouseFunction, type Platform } from './building-blocks/house-function.ts';
import { HouseQueue } from './building-blocks/house-queue.ts';
import type { FanOut } from './fan-out.ts';
import type { Mail } from './mail.ts';

const TIMEOUT = Duration.seconds(30);

export interface FeedbackProps {
  readonly mail: Mail;
  readonly fanOut: FanOut;
  readonly platform: Platform;
  readonly alarmAction: IAlarmAction;
}

/** What SES says of our mails: it settles the claims whose sender did not live to record them. */
export class Feedback extends Construct {
  constructor(scope: Construct, id: string, { mail, fanOut, platform, alarmAction }: FeedbackProps) {
    super(scope, id);
    const events = new HouseQueue(this, 'Events', {
      consumerTimeout: TIMEOUT,
      alarmAction,
      deadLettersMean: 'What SES said of some mails is not in the ledger: those may be sent twice. Runbook: feedback.',
    });
    new Rule(this, 'MailSent', {
      description: 'SES took one of our mails',
      eventPattern: {
        source: ['aws.ses'],
        detailType: ['Email Sent'],
        detail: {
          mail: {
            tags: {
              'ses:configuration-set': [mail.configurationSet.configurationSetName],
              // Whoever else sends from the domain uses its configuration set too.
              [MailTag.digest]: [{ exists: true }],
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
      environment: { [Env.digestsTable]: fanOut.digests.tableName },
      alarmAction,
      alarmMeans: 'Feedback fails: mails whose sending is in doubt may be sent twice. Runbook: feedback.',
    });
    events.feed(feedback, { batchSize: 10, concurrency: 2 });
    feedback.allow(['dynamodb:UpdateItem'], [fanOut.digests.tableArn]);
  }
}
