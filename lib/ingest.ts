import { CfnOutput, Duration } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { RUNS_PREFIX } from '../lambdas/contracts/collect.ts';
import { Env } from '../lambdas/contracts/environment.ts';
import { PROFILES_PREFIX, RECORDS_PREFIX } from '../lambdas/contracts/keys.ts';
import { AppAlarm } from './constructs/alarm.ts';
import { AppBucket } from './constructs/bucket.ts';
import { AppFunction } from './constructs/function.ts';
import { AppQueue } from './constructs/queue.ts';
import type { Drop } from './drop.ts';
import type { Prices } from './prices.ts';
import type { Subscribers } from './subscribers.ts';

const MEMORY_MB = 2048;
/** Fits into that memory: measured, see docs/reliability.md. */
const MAX_FILE_BYTES = 1_000_000_000;

export interface IngestProps {
  readonly drop: Drop;
  readonly prices: Prices;
  readonly subscribers: Subscribers;
  /** Share of bad rows above which a file is rejected. */
  readonly maxRejectedShare: number;
}

/** Merges uploaded files into the prices and publishes "refreshed". */
export class Ingest extends Construct {
  /** One message per applied revision. Fan-out splits it. */
  readonly refreshed: AppQueue;
  /** Reports, manifests, quarantine files and change lists. */
  readonly #records: Bucket;
  readonly #maxRejectedShare: number;

  constructor(scope: Construct, id: string, { drop, prices, subscribers, maxRejectedShare }: IngestProps) {
    super(scope, id);
    this.#records = new AppBucket(this, 'Records', { sendsEvents: true }).bucket;
    new CfnOutput(this, 'RecordsBucket', {
      value: this.#records.bucketName,
      description: 'Reports and quarantine files',
    });
    this.refreshed = new AppQueue(this, 'Refreshed', {
      impact: 'Some subscribers did not get their digest of a delivery after ten tries. Runbook: fan-out.',
      // Segments of a large audience wait for the turn of others, by the rate of SES.
      waiting: {
        atMost: Duration.hours(2),
        impact: 'Digests have been waiting for 2 hours: subscribers get them late. Runbook: waiting.',
      },
    });
    const ingest = new AppFunction(this, 'Ingest', {
      capability: 'ingest',
      failures: 'MessagesFailed',
      description: 'Merges uploaded price files into the prices table',
      timeout: Duration.minutes(10),
      memorySize: MEMORY_MB,
      impact: 'Ingest fails or times out: uploaded files wait, prices and mails are late. Runbook: ingest.',
    });
    this.#maxRejectedShare = maxRejectedShare;
    this.setLimits(ingest);
    drop.deliveries.feed(ingest, { batchSize: 1 });
    drop.grantRead(ingest);
    drop.grantSmokeTest(ingest);
    prices.grantApply(ingest);
    subscribers.grantScan(ingest);
    this.#grantRecords(ingest, 's3:GetObject', 's3:PutObject');
    ingest.allowObjects(['s3:GetObject'], this.#records, PROFILES_PREFIX);
    this.refreshed.grantSend(ingest, Env.refreshedQueueUrl);
    this.#addReviewAlarms(ingest);
    new AppAlarm(this, 'Rejected', {
      metric: ingest.metric('DeliveriesRejected'),
      threshold: 1,
      impact:
        'A vendor file was rejected: its prices or records are missing until a corrected file is uploaded. Its report has the line and the reason. Runbook: ingest.',
    });
  }

  #addReviewAlarms(ingest: AppFunction): void {
    new AppAlarm(this, 'Held', {
      metric: ingest.metric('DeliveriesHeld'),
      threshold: 1,
      impact:
        'A vendor file was held: it has less than half of the rows or tickers that it would replace. Prices stay as they were until it is released or replaced. Runbook: ingest.',
    });
    new AppAlarm(this, 'Suspicious', {
      metric: ingest.metric('DeliveriesSuspicious'),
      threshold: 1,
      impact:
        'A vendor file was applied, but tickers or a session before it are missing, or many closes did not change or moved by more than half: followers may get no mail, or a wrong one. Its report says which. Runbook: ingest.',
    });
  }

  /** Sends S3's event for each report to a queue. */
  announceReports({ queue, deadLetters }: AppQueue): void {
    new Rule(this, 'ReportWritten', {
      description: 'A revision of a delivery was decided',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [this.#records.bucketName] },
          object: { key: Match.suffix('/report.json') },
        },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
  }

  /** Allows a function to read reports, quarantine files and change lists. */
  grantReadRecords(target: AppFunction): void {
    this.#grantRecords(target, 's3:GetObject');
  }

  /** Allows a function to keep the answers and records of runs. */
  grantRuns(target: AppFunction): void {
    target.setEnvironment(Env.recordsBucket, this.#records.bucketName);
    target.allowObjects(['s3:GetObject', 's3:PutObject'], this.#records, RUNS_PREFIX);
    target.allowListing(this.#records);
  }

  /** Tells a function under which limits files are read. */
  setLimits(target: AppFunction): void {
    target.setEnvironment(Env.maxFileBytes, String(MAX_FILE_BYTES));
    target.setEnvironment(Env.maxRejectedShare, String(this.#maxRejectedShare));
  }

  /** Allows a function to read and change the profiles of feeds. */
  grantManageProfiles(target: AppFunction): void {
    target.allowObjects(['s3:GetObject', 's3:PutObject'], this.#records, PROFILES_PREFIX);
  }

  #grantRecords(target: AppFunction, ...actions: string[]): void {
    target.setEnvironment(Env.recordsBucket, this.#records.bucketName);
    target.allowObjects(actions, this.#records, RECORDS_PREFIX);
    target.allowListing(this.#records);
  }
}
