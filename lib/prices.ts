import { CfnOutput } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { HouseTable } from './constructs/table.ts';

/** Where prices stand: one item per segment (those that were replaced go in time), one per delivery. */
export class Prices extends Construct {
  readonly prices: TableV2;
  readonly deliveries: TableV2;
  /** Names of all tickers, in a few items. */
  readonly tickers: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.prices = new HouseTable(this, 'Prices', {
      partitionKey: 'ticker',
      sortKey: 'segment',
      timeToLive: 'expiresAt',
    }).table;
    this.tickers = new HouseTable(this, 'Tickers', { partitionKey: 'shard' }).table;
    this.deliveries = new HouseTable(this, 'Deliveries', { partitionKey: 'delivery' }).table;
    new CfnOutput(this, 'DeliveriesTable', {
      value: this.deliveries.tableName,
      description: 'What became of each file',
    });
  }
}
