import { CfnOutput, Duration } from 'aws-cdk-lib';
import { HttpMethods } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import { AppBucket } from './constructs/bucket.ts';
import type { AppFunction } from './constructs/function.ts';

export interface TriesProps {
  /** Address of the page, which uploads. */
  readonly webUrl: string;
}

/** The bucket for files that operators try and that are too large for a request. They are removed after a day. */
export class Tries extends Construct {
  readonly #files: AppBucket;

  constructor(scope: Construct, id: string, { webUrl }: TriesProps) {
    super(scope, id);
    this.#files = new AppBucket(this, 'Files', { keptFor: Duration.days(1) });
    const { bucket } = this.#files;
    bucket.addCorsRule({
      allowedOrigins: [webUrl],
      allowedMethods: [HttpMethods.PUT],
      allowedHeaders: ['content-type'],
      maxAge: 3600,
    });
    new CfnOutput(this, 'Origin', {
      value: `https://${bucket.bucketRegionalDomainName}`,
      description: 'The page uploads files to try here',
    });
  }

  /** Allows a function to sign uploads, and to read them. */
  grantTry(target: AppFunction): void {
    const { bucket } = this.#files;
    target.setEnvironment(Env.triesBucket, bucket.bucketName);
    target.allowObjects(['s3:GetObject', 's3:PutObject'], bucket);
    target.allowListing(bucket);
  }
}
