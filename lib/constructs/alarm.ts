import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

export interface HouseAlarmProps {
  readonly metric: IMetric;
  readonly threshold: number;
  /** What it means for people, and where to look: the text whoever is called at night reads first. */
  readonly means: string;
  readonly action: IAlarmAction;
}

/** An alarm that tells the operators when a metric reaches its threshold once. */
export class HouseAlarm extends Construct {
  constructor(scope: Construct, id: string, { metric, threshold, means, action }: HouseAlarmProps) {
    super(scope, id);
    new Alarm(this, 'Alarm', {
      metric,
      threshold,
      alarmDescription: means,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(action);
  }
}
