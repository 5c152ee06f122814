import { CfnOutput } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import type { AppFunction } from './constructs/function.ts';
import { AppTable } from './constructs/table.ts';

/** The table of subscribers and the tickers they follow. */
export class Subscribers extends Construct {
  readonly #subscribers: AppTable;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#subscribers = new AppTable(this, 'Subscribers', { partitionKey: 'subscriber' });
    new CfnOutput(this, 'SubscribersTable', {
      value: this.#subscribers.table.tableName,
      description: 'Subscribers and the tickers they follow',
    });
  }

  grantRead(target: AppFunction): void {
    this.#subscribers.grant(target, Env.subscribersTable, 'GetItem');
  }

  /** Allows a function to scan all subscribers. `alsoOne`: count them and read one, too. */
  grantScan(target: AppFunction, { alsoOne = false } = {}): void {
    this.#subscribers.grant(target, Env.subscribersTable, 'Scan', ...(alsoOne ? ['GetItem', 'DescribeTable'] : []));
  }

  /** Allows a function to add, change and erase subscribers. */
  grantManage(target: AppFunction): void {
    this.#subscribers.grant(target, Env.subscribersTable, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
  }

  /** Allows a function to stop mail to an address. */
  grantStop(target: AppFunction): void {
    this.#subscribers.grant(target, Env.subscribersTable, 'UpdateItem');
  }
}
