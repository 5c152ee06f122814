import { CfnOutput } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import type { AppFunction } from './constructs/function.ts';
import { AppTable } from './constructs/table.ts';

export interface PricesProps {
  /** Relative move of a close (0.5 is 50 %) above which it is suspect. */
  readonly suspectMove: number;
}

/** The tables of segments, deliveries and tickers. */
export class Prices extends Construct {
  readonly #suspectMove: number;
  /** One item per segment; replaced versions expire. */
  readonly #prices: AppTable;
  /** One item per delivery. */
  readonly #deliveries: AppTable;
  /** Names of all tickers, in a few items. */
  readonly #tickers: AppTable;

  constructor(scope: Construct, id: string, { suspectMove }: PricesProps) {
    super(scope, id);
    this.#suspectMove = suspectMove;
    this.#prices = new AppTable(this, 'Prices', {
      partitionKey: 'ticker',
      sortKey: 'segment',
      timeToLive: 'expiresAt',
    });
    this.#tickers = new AppTable(this, 'Tickers', { partitionKey: 'shard' });
    this.#deliveries = new AppTable(this, 'Deliveries', { partitionKey: 'delivery' });
    new CfnOutput(this, 'DeliveriesTable', {
      value: this.#deliveries.table.tableName,
      description: 'State of each delivery',
    });
  }

  /** Allows a function to read the segments of one ticker. `alsoBatches`: read the segments of many tickers at once, too. */
  grantRead(target: AppFunction, { alsoBatches = false } = {}): void {
    this.#prices.grant(target, Env.pricesTable, 'Query', ...(alsoBatches ? ['BatchGetItem'] : []));
    target.setEnvironment(Env.suspectMove, String(this.#suspectMove));
  }

  /** Allows a function to replace segments, add tickers, and change deliveries. */
  grantApply(target: AppFunction): void {
    this.#prices.grant(target, Env.pricesTable, 'BatchWriteItem', 'BatchGetItem', 'Query');
    this.#tickers.grant(target, Env.tickersTable, 'UpdateItem', 'GetItem');
    this.#deliveries.grant(target, Env.deliveriesTable, 'GetItem', 'PutItem');
  }

  grantListTickers(target: AppFunction): void {
    this.#tickers.grant(target, Env.tickersTable, 'BatchGetItem', 'GetItem');
  }

  /** Allows a function to read which tickers were renamed. */
  grantReadRenames(target: AppFunction): void {
    this.#tickers.grant(target, Env.tickersTable, 'GetItem');
  }

  /** Allows a function to list deliveries. `alsoOne`: read one delivery, too. */
  grantListDeliveries(target: AppFunction, { alsoOne = false } = {}): void {
    this.#deliveries.grant(target, Env.deliveriesTable, 'Scan', ...(alsoOne ? ['GetItem'] : []));
  }
}
