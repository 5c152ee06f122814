import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AppStack } from './stack.ts';

export interface AppAlarmProps {
  readonly metric: IMetric;
  readonly threshold: number;
  /** What it means for vendors and subscribers, and the heading of the runbook: the first text that an engineer on call reads. */
  readonly impact: string;
}

/** An alarm that notifies the operators when a metric reaches its threshold once. */
export class AppAlarm extends Construct {
  constructor(scope: Construct, id: string, { metric, threshold, impact }: AppAlarmProps) {
    super(scope, id);
    new Alarm(this, 'Alarm', {
      metric,
      threshold,
      alarmDescription: impact,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(AppStack.of(this).alarmAction);
  }
}
