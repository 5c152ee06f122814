import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { AppStack } from './stack.ts';

const SERVICES = ['dynamodb', 's3', 'secretsmanager'];
const ACTIONS = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/** A key of the account itself for tables, buckets and secrets. It changes each year; without it they cannot be read. */
export class DataKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Encrypts the tables, buckets and secrets of Closing Bell',
      enableKeyRotation: true,
      removalPolicy: AppStack.of(this).dataRemoval,
    });
    const { account, region } = Stack.of(this);
    // As AWS's own keys of these services have it: who may use a table or a bucket may use the key by it, and nobody directly.
    const throughServices = {
      'kms:CallerAccount': account,
      'kms:ViaService': SERVICES.map((service) => `${service}.${region}.amazonaws.com`),
    };
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ACTIONS,
        resources: ['*'],
        conditions: { StringEquals: throughServices },
      }),
    );
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['kms:CreateGrant'],
        resources: ['*'],
        conditions: { StringEquals: throughServices, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      }),
    );
  }
}

/** The key of the stage, for a secret. */
export function withDataKey(scope: Construct): { encryptionKey?: Key } {
  const { dataKey } = AppStack.of(scope);
  return dataKey ? { encryptionKey: dataKey } : {};
}
