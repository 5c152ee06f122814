import { Duration, TimeZone } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { smokeTestMessage } from '../lambdas/contracts/smoke-test.ts';
import { AppAlarm } from './constructs/alarm.ts';
import { appMetric } from './constructs/function.ts';
import type { Drop } from './drop.ts';

/** A test passes once in 24 hours, 25 when the clocks change; so many hours without one are silence. */
const SILENT_HOURS = 25;

export interface SmokeTestProps {
  readonly drop: Drop;
  /** Hour of the day in New York; undefined for a stage without smoke tests. */
  readonly smokeTestAt?: number | undefined;
}

/**
 * Every day a tiny file goes the way of every file, and a mail to a mailbox of SES's simulator. Also at weekends: silence needs no calendar,
 * and a fault of Saturday is mended before Monday's files.
 */
export class SmokeTest extends Construct {
  constructor(scope: Construct, id: string, { drop: { deliveries }, smokeTestAt }: SmokeTestProps) {
    super(scope, id);
    if (smokeTestAt === undefined) return;
    new Schedule(this, 'Due', {
      description: 'Begins the smoke test of the day',
      schedule: ScheduleExpression.cron({
        minute: '0',
        hour: String(smokeTestAt),
        timeZone: TimeZone.AMERICA_NEW_YORK,
      }),
      target: new SqsSendMessage(deliveries.queue, {
        input: ScheduleTargetInput.fromObject(smokeTestMessage(ContextAttribute.scheduledTime)),
        deadLetterQueue: deliveries.deadLetters,
      }),
    });
    new AppAlarm(this, 'Silent', {
      metric: appMetric('feedback', 'SmokeTestSeconds').with({
        statistic: Stats.SAMPLE_COUNT,
        period: Duration.hours(1),
      }),
      threshold: 1,
      belowFor: SILENT_HOURS,
      impact: `No smoke test has passed since yesterday: a file that comes now may cause no mails. It was due at ${smokeTestAt}:00 in New York. Runbook: smoke-test.`,
    });
  }
}
