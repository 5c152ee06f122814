import type { Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { HouseQueue } from './constructs/queue.ts';

export interface RefreshedProps {
  /** Timeout of fan-out. */
  readonly consumerTimeout: Duration;
  readonly alarmAction: IAlarmAction;
}

/** The queue that says a delivery is in: one message per segment of the subscribers. */
export class Refreshed extends Construct {
  readonly messages: HouseQueue;

  constructor(scope: Construct, id: string, { consumerTimeout, alarmAction }: RefreshedProps) {
    super(scope, id);
    this.messages = new HouseQueue(this, 'Messages', {
      consumerTimeout,
      alarmAction,
      deadLettersMean: 'Some subscribers have not had their digest of a delivery after ten tries. Runbook: fan-out.',
    });
  }
}
