import { CfnOutput } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { HouseTable } from './constructs/table.ts';

/** Who follows what. */
export class Subscribers extends Construct {
  readonly subscribers: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.subscribers = new HouseTable(this, 'Subscribers', { partitionKey: 'subscriber' }).table;
    new CfnOutput(this, 'SubscribersTable', { value: this.subscribers.tableName, description: 'Who follows what' });
  }
}
