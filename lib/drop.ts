import { CfnOutput, Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { HouseBucket } from './constructs/bucket.ts';
import { HouseQueue } from './constructs/queue.ts';

/** Ingest may take this long; its queue waits six times as long before it tries again. */
export const INGEST_TIMEOUT = Duration.minutes(10);

export interface DropProps {
  readonly alarmAction: IAlarmAction;
}

/** Where vendors drop their files, and the queue that says so. */
export class Drop extends Construct {
  readonly bucket: Bucket;
  readonly deliveries: HouseQueue;

  constructor(scope: Construct, id: string, { alarmAction }: DropProps) {
    super(scope, id);
    this.bucket = new HouseBucket(this, 'Files', { tellsEventBridge: true }).bucket;
    this.deliveries = new HouseQueue(this, 'Deliveries', {
      consumerTimeout: INGEST_TIMEOUT,
      alarmAction,
      deadLettersMean:
        'A dropped file could not be ingested after ten tries: its prices are missing and nobody was mailed. Runbook: ingest.',
    });
    new Rule(this, 'FileDropped', {
      description: 'A vendor dropped a price file',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [this.bucket.bucketName] },
          // Whatever is dropped is answered, also a name that ingest rejects; what ends in a slash is the console's folder.
          object: { key: Match.anythingButSuffix('/') },
        },
      },
      targets: [new SqsQueue(this.deliveries.queue, { deadLetterQueue: this.deliveries.deadLetters })],
    });
    new CfnOutput(this, 'DropBucket', { value: this.bucket.bucketName, description: 'Vendors put their files here' });
  }
}
