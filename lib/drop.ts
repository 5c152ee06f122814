import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AccountPrincipal, ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { factsOf, PROVIDER_NAMES } from '../lambdas/contracts/collect.ts';
import { DECLARED_FEED, RECORD_FOLDERS } from '../lambdas/contracts/delivery-id.ts';
import { Env } from '../lambdas/contracts/environment.ts';
import { SMOKE_FEED } from '../lambdas/contracts/smoke-test.ts';
import type { Vendor } from '../lambdas/contracts/vendors.ts';
import { AppBucket } from './constructs/bucket.ts';
import type { AppFunction } from './constructs/function.ts';
import { AppQueue } from './constructs/queue.ts';

export interface DropProps {
  /** Vendors with an AWS account of their own. */
  readonly vendors: readonly Vendor[];
}

/** The bucket that vendors write to, and the queue of its uploads. Commands of operators and files that are due use the same queue. */
export class Drop extends Construct {
  readonly deliveries: AppQueue;
  readonly #files: AppBucket;

  constructor(scope: Construct, id: string, { vendors }: DropProps) {
    super(scope, id);
    this.#files = new AppBucket(this, 'Files', { sendsEvents: true });
    for (const vendor of vendors) this.#admit(vendor);
    this.deliveries = new AppQueue(this, 'Deliveries', {
      impact:
        'An uploaded file or a command failed finally: prices and digests are missing or not corrected. Runbook: ingest.',
      waiting: {
        atMost: Duration.minutes(30),
        impact:
          'An uploaded file or a command has been waiting for half an hour: prices and mails are late. Runbook: waiting.',
      },
    });
    const { bucket } = this.#files;
    new Rule(this, 'FileUploaded', {
      description: 'A vendor uploaded a price file',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [bucket.bucketName] },
          // Every file gets an answer, also one with a bad name. A key that ends with a slash is a folder of the S3 console.
          object: { key: Match.anythingButSuffix('/') },
        },
      },
      targets: [new SqsQueue(this.deliveries.queue, { deadLetterQueue: this.deliveries.deadLetters })],
    });
    new CfnOutput(this, 'DropBucket', { value: bucket.bucketName, description: 'Vendors upload their files here' });
  }

  /** Another account needs the permission of the bucket beside its own. The bucket's owner owns what it uploads, by S3's default. */
  #admit({ from, feed }: Vendor): void {
    const { bucket } = this.#files;
    const principals = [from.startsWith('arn:') ? new ArnPrincipal(from) : new AccountPrincipal(from)];
    bucket.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        // At the top level a file begins with its date.
        resources: [bucket.arnForObjects(feed ? `${feed}/*` : '????-??-??_*')],
      }),
    );
    // The bucket encrypts with it; it decrypts the parts of a large upload.
    bucket.encryptionKey?.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } },
      }),
    );
  }

  /** Allows a function to read uploaded files. */
  grantRead(target: AppFunction): void {
    const { bucket } = this.#files;
    target.allowObjects(['s3:GetObject', 's3:GetObjectVersion'], bucket);
    target.allowListing(bucket, ['s3:ListBucketVersions']);
  }

  /** Allows a function to read and replace the files of declarations. */
  grantDeclare(target: AppFunction): void {
    const { bucket } = this.#files;
    target.setEnvironment(Env.dropBucket, bucket.bucketName);
    target.allowObjects(['s3:GetObject', 's3:PutObject'], bucket, `${DECLARED_FEED}/`);
    target.allowListing(bucket);
  }

  /** Allows a function that may read all files to replace those of smoke tests. */
  grantSmokeTest(target: AppFunction): void {
    target.setEnvironment(Env.dropBucket, this.#files.bucket.bucketName);
    target.allowObjects(['s3:PutObject'], this.#files.bucket, `${SMOKE_FEED}/`);
  }

  /** Allows a function to upload, and to replace, the files of vendors. @param feeds their folders */
  grantUpload(target: AppFunction, feeds: readonly string[]): void {
    const { bucket } = this.#files;
    target.setEnvironment(Env.dropBucket, bucket.bucketName);
    for (const feed of feeds) target.allowObjects(['s3:GetObject', 's3:PutObject'], bucket, `${feed}/`);
    // It also looks for other files of a delivery.
    target.allowListing(bucket);
  }

  /** Allows a function to sign uploads of vendors: a signature can do what its signer may. The function refuses our own folders. */
  grantSignUploads(target: AppFunction): void {
    target.allowObjects(['s3:PutObject'], this.#files.bucket);
  }

  /** Allows a function to read and replace the files of collectors: in the folders of providers with prices, and those of datasets. */
  grantCollect(target: AppFunction): void {
    const { bucket } = this.#files;
    target.setEnvironment(Env.dropBucket, bucket.bucketName);
    const withPrices = PROVIDER_NAMES.filter((name) => factsOf(name).datasets.includes('prices'));
    for (const folder of [...withPrices, ...RECORD_FOLDERS])
      target.allowObjects(['s3:GetObject', 's3:PutObject'], bucket, `${folder}/`);
    target.allowListing(bucket);
  }

  /** Allows a function to send commands. */
  grantCommand(target: AppFunction): void {
    this.deliveries.grantSend(target, Env.deliveriesQueueUrl);
  }
}
