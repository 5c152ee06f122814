import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

export interface HouseTableProps {
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Attribute with the time (seconds since 1970) after which an item may go. */
  readonly timeToLive?: string;
}

/** A table that survives its stack, is backed up to the second, and costs what it is used. */
export class HouseTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { partitionKey, sortKey, timeToLive }: HouseTableProps) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      ...(sortKey && { sortKey: { name: sortKey, type: AttributeType.STRING } }),
      ...(timeToLive && { timeToLiveAttribute: timeToLive }),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
