import { CfnOutput } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import { HouseAlarm } from './constructs/alarm.ts';
import { HouseBucket } from './constructs/bucket.ts';
import { HouseFunction, type Platform } from './constructs/function.ts';
import { type Drop, INGEST_TIMEOUT } from './drop.ts';
import type { Prices } from './prices.ts';
import type { Refreshed } from './refreshed.ts';

const MEMORY_MB = 2048;
/** What fits that memory: measured, see docs/reliability.md. */
const MAX_FILE_BYTES = 1_000_000_000;

export interface IngestProps {
  readonly drop: Drop;
  readonly prices: Prices;
  readonly refreshed: Refreshed;
  readonly platform: Platform;
  /** Share of bad rows above which a file is rejected. */
  readonly maxRejectedShare: number;
  /** Into how many parts fan-out splits the subscribers. */
  readonly fanOutSegments: number;
  readonly alarmAction: IAlarmAction;
}

/** Merges dropped files into the prices and says "refreshed". */
export class Ingest extends Construct {
  /** Reports, manifests, quarantine files and change lists. */
  readonly records: Bucket;

  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id);
    const { drop, prices, refreshed, alarmAction } = props;
    this.records = new HouseBucket(this, 'Records').bucket;
    new CfnOutput(this, 'RecordsBucket', {
      value: this.records.bucketName,
      description: 'Reports and quarantine files',
    });
    const ingest = new HouseFunction(this, 'Ingest', {
      capability: 'ingest',
      description: 'Merges dropped price files into the prices table',
      timeout: INGEST_TIMEOUT,
      memorySize: MEMORY_MB,
      platform: props.platform,
      environment: {
        [Env.pricesTable]: prices.prices.tableName,
        [Env.tickersTable]: prices.tickers.tableName,
        [Env.deliveriesTable]: prices.deliveries.tableName,
        [Env.recordsBucket]: this.records.bucketName,
        [Env.refreshedQueueUrl]: refreshed.messages.queue.queueUrl,
        [Env.maxFileBytes]: String(MAX_FILE_BYTES),
        [Env.maxRejectedShare]: String(props.maxRejectedShare),
        [Env.fanOutSegments]: String(props.fanOutSegments),
      },
      alarmAction,
      alarmMeans: 'Ingest fails or times out: dropped files wait, prices and mails are late. Runbook: ingest.',
    });
    drop.deliveries.feed(ingest, { batchSize: 1, concurrency: 5 });
    ingest.allowObjects(['s3:GetObject', 's3:GetObjectVersion'], drop.bucket);
    ingest.allowObjects(['s3:GetObject', 's3:PutObject'], this.records, 'deliveries/');
    // Without it a missing object answers 403, which would pass for a fault.
    ingest.allow(['s3:ListBucket'], [drop.bucket.bucketArn, this.records.bucketArn]);
    ingest.allow(['dynamodb:BatchWriteItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'], [prices.prices.tableArn]);
    ingest.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [prices.deliveries.tableArn]);
    ingest.allow(['dynamodb:UpdateItem', 'dynamodb:GetItem'], [prices.tickers.tableArn]);
    refreshed.messages.queue.grantSendMessages(ingest.role);
    new HouseAlarm(this, 'Rejected', {
      metric: ingest.metric('DeliveriesRejected'),
      threshold: 1,
      means:
        'A vendor file was rejected whole: its prices are missing until it is mended and dropped again. Its report says which line and why. Runbook: ingest.',
      action: alarmAction,
    });
  }
}
