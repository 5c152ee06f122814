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
  /** Periods in a row in which the metric must reach the threshold; 1 by default. */
  readonly periods?: number;
  /** Rings instead if the metric stays below the threshold, or is missing, for so many of its periods. */
  readonly belowFor?: number;
  /** What it means for vendors and subscribers, and the heading of the runbook: the first text that an engineer on call reads. */
  readonly impact: string;
  /** The cause that rings for it; without one it rings itself. */
  readonly cause?: AppCause;
}

/** An alarm when a metric reaches its threshold, or when it is silent. It notifies the operators itself, or is a sign of a cause that does. */
export class AppAlarm extends Construct {
  readonly alarm: Alarm;
  /** False for a sign of a cause. */
  readonly rings: boolean;

  constructor(
    scope: Construct,
    id: string,
    { metric, threshold, periods = 1, belowFor, impact, cause }: AppAlarmProps,
  ) {
    super(scope, id);
    this.alarm = new Alarm(this, 'Alarm', {
      metric,
      threshold,
      alarmDescription: impact,
      comparisonOperator:
        belowFor === undefined
          ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: belowFor ?? periods,
      treatMissingData: belowFor === undefined ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    });
    this.rings = cause === undefined;
    if (cause) cause.add(this.alarm, impact);
    else this.alarm.addAlarmAction(...AppStack.of(this).alarmActions);
  }
}

/** Several alarms with one cause: it rings once, when the first of them does. */
export class AppCause extends Construct {
  readonly alarm: CompositeAlarm;
  readonly #signs: Alarm[] = [];
  readonly #impacts: Set<string>;

  constructor(scope: Construct, id: string, { impact }: { readonly impact: string }) {
    super(scope, id);
    this.#impacts = new Set([impact]);
    const rule = Lazy.string({ produce: () => AlarmRule.anyOf(...this.#signs).renderAlarmRule() });
    this.alarm = new CompositeAlarm(this, 'Alarm', {
      alarmDescription: Lazy.string({ produce: () => [...this.#impacts].join(' Or: ') }),
      alarmRule: { renderAlarmRule: () => rule },
    });
    this.alarm.addAlarmAction(...AppStack.of(this).alarmActions);
  }

  /** Adds a sign of the cause. */
  add(alarm: Alarm, impact: string): void {
    this.#signs.push(alarm);
    this.#impacts.add(impact);
  }
}
