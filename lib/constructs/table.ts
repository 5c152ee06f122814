import { AttributeType, Billing, type CfnGlobalTable, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { EnvName } from '../../lambdas/contracts/environment.ts';
import type { AppFunction } from './function.ts';
import { AppStack } from './stack.ts';

export interface AppTableProps {
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Attribute with the time (seconds since 1970) after which DynamoDB may delete an item. */
  readonly timeToLive?: string;
}

/** A table with point-in-time recovery and on-demand billing. */
export class AppTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { partitionKey, sortKey, timeToLive }: AppTableProps) {
    super(scope, id);
    const { dataKey } = AppStack.of(this);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      ...(sortKey && { sortKey: { name: sortKey, type: AttributeType.STRING } }),
      ...(timeToLive && { timeToLiveAttribute: timeToLive }),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: AppStack.of(this).keepsData,
      removalPolicy: AppStack.of(this).dataRemoval,
    });
    // The construct's own `customerManagedKey` needs a stack whose region is known when it is synthesized.
    const table = this.table.node.defaultChild as CfnGlobalTable;
    if (dataKey) table.addPropertyOverride('Replicas.0.SSESpecification.KMSMasterKeyId', dataKey.keyArn);
  }

  /** Gives a function the table's name and exactly these DynamoDB actions. */
  grant(target: AppFunction, name: EnvName, ...actions: string[]): void {
    target.setEnvironment(name, this.table.tableName);
    target.allow(
      actions.map((action) => `dynamodb:${action}`),
      [this.table.tableArn],
    );
  }
}
