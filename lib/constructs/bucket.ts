import { Duration, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AppStack } from './stack.ts';

export interface AppBucketProps {
  /** Sends an event to EventBridge for every object. */
  readonly sendsEvents?: boolean;
  /** Objects are removed after this time; undefined keeps them. */
  readonly keptFor?: Duration;
  /** Replaced and removed versions are kept for this time; a year by default. */
  readonly oldVersionsFor?: Duration;
  /** True for files that everybody may read: they need no key. */
  readonly isPublic?: boolean;
}

/** A private, versioned, encrypted bucket. */
export class AppBucket extends Construct {
  readonly bucket: Bucket;

  constructor(
    scope: Construct,
    id: string,
    { sendsEvents = false, keptFor, oldVersionsFor, isPublic = false }: AppBucketProps = {},
  ) {
    super(scope, id);
    const key = isPublic ? undefined : AppStack.of(this).dataKey;
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      // A key for the bucket, made from ours, costs one request instead of one for each object.
      ...(key
        ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          noncurrentVersionExpiration: keptFor ?? oldVersionsFor ?? Duration.days(365),
          ...(keptFor && { expiration: keptFor }),
        },
      ],
      removalPolicy: AppStack.of(this).dataRemoval,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason: 'Every object is versioned and every upload has a delivery record; access logs would be a third list.',
    });
    if (sendsEvents) {
      // The construct's own `eventBridgeEnabled` adds a custom resource; CloudFormation needs none.
      const resource = this.bucket.node.defaultChild as CfnBucket;
      resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    }
  }
}
