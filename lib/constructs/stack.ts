import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import type { QueueConcurrency } from '../../lambdas/contracts/queue-names.ts';

/** Where functions run: on AWS, or on the machine that synthesizes the stack (npm start). */
export type Platform = 'aws' | 'this-machine';

/** A stack with what all of its constructs share. */
export abstract class AppStack extends Stack {
  abstract readonly platform: Platform;
  /** Invocations at once that each queue may cause. */
  abstract readonly concurrency: QueueConcurrency;
  /** How long logs are kept. */
  abstract readonly logRetention: RetentionDays;
  /** True if data outlive the stack: tables, buckets, accounts, keys, the lake. */
  abstract readonly keepsData: boolean;
  /** The key of tables, buckets and secrets; undefined for those of AWS. */
  abstract readonly dataKey: Key | undefined;
  /** Actions of every alarm: they notify the operators. */
  abstract readonly alarmActions: readonly IAlarmAction[];

  /** What becomes of data when the stack is deleted. */
  get dataRemoval(): RemovalPolicy.RETAIN | RemovalPolicy.DESTROY {
    return this.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  }

  /** The same for databases and tables of the lake, whose definitions are the data's only ones. */
  get lakeRemoval(): RemovalPolicy {
    return this.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
  }

  /** @throws Error if the construct is in another kind of stack */
  static override of(construct: IConstruct): AppStack {
    const stack = Stack.of(construct);
    if (!(stack instanceof AppStack)) throw new Error(`Expected ${construct.node.path} in an AppStack.`);
    return stack;
  }
}
