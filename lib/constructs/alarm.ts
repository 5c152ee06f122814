import { Lazy } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  ComparisonOperator,
  CompositeAlarm,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AppStack } from './stack.ts';

export interface AppAlarmProps {
  readonly metric: IMetric;
  readonly threshold: number;
  /** What it means for vendors and subscribers, and the heading of the runbook: the first text that an engineer on call reads. */
  readonly impact: string;
  /** The cause that rings for it; without one it rings itself. */
  readonly cause?: AppCause;
}

/** An alarm when a metric reaches its threshold once. It notifies the operators itself, or is a sign of a cause that does. */
export class AppAlarm extends Construct {
  constructor(scope: Construct, id: string, { metric, threshold, impact, cause }: AppAlarmProps) {
    super(scope, id);
    const alarm = new Alarm(this, 'Alarm', {
      metric,
      threshold,
      alarmDescription: impact,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (cause) cause.add(alarm);
    else alarm.addAlarmAction(AppStack.of(this).alarmAction);
  }
}

/** Several alarms with one cause: it rings once, when the first of them does. */
export class AppCause extends Construct {
  readonly #signs: Alarm[] = [];

  constructor(scope: Construct, id: string, { impact }: { readonly impact: string }) {
    super(scope, id);
    const rule = Lazy.string({ produce: () => AlarmRule.anyOf(...this.#signs).renderAlarmRule() });
    new CompositeAlarm(this, 'Alarm', {
      alarmDescription: impact,
      alarmRule: { renderAlarmRule: () => rule },
    }).addAlarmAction(AppStack.of(this).alarmAction);
  }

  /** Adds a sign of the cause. */
  add(alarm: Alarm): void {
    this.#signs.push(alarm);
  }
}
