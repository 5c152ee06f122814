import type { Duration } from 'aws-cdk-lib';
import { CfnOutput } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import type { Api } from './api.ts';
import { HouseAlarm } from './constructs/alarm.ts';
import { HouseFunction, type Platform } from './constructs/function.ts';
import { HouseTable } from './constructs/table.ts';
import type { Ingest } from './ingest.ts';
import type { Mail } from './mail.ts';
import type { Prices } from './prices.ts';
import type { Refreshed } from './refreshed.ts';
import type { Subscribers } from './subscribers.ts';

export interface FanOutProps {
  readonly prices: Prices;
  readonly ingest: Ingest;
  readonly refreshed: Refreshed;
  readonly subscribers: Subscribers;
  readonly mail: Mail;
  readonly api: Api;
  readonly platform: Platform;
  /** Invocations at once; each takes its share of the SES rate. */
  readonly concurrency: number;
  readonly timeout: Duration;
  /** Relative move of a close above which it is suspect. */
  readonly suspectMove: number;
  /** How long a claim waits for SES's word before it may be sent again. */
  readonly claimSettlesAfter: Duration;
  readonly webUrl: string;
  readonly alarmAction: IAlarmAction;
}

/** Draws, composes and sends the digests. */
export class FanOut extends Construct {
  /** The ledger. */
  readonly digests: TableV2;

  constructor(scope: Construct, id: string, props: FanOutProps) {
    super(scope, id);
    const { prices, ingest, refreshed, subscribers, mail, api, alarmAction } = props;
    this.digests = new HouseTable(this, 'Digests', {
      partitionKey: 'subscriber',
      sortKey: 'digest',
      timeToLive: 'expiresAt',
    }).table;
    new CfnOutput(this, 'Ledger', { value: this.digests.tableName, description: 'What became of each digest' });
    const fanOut = new HouseFunction(this, 'FanOut', {
      capability: 'fan-out',
      description: 'Draws charts and sends one digest per subscriber',
      timeout: props.timeout,
      memorySize: 1769,
      platform: props.platform,
      nativePackages: ['@napi-rs/canvas'],
      files: ['node_modules/inter-ui/variable/InterVariable.woff2'],
      environment: {
        [Env.pricesTable]: prices.prices.tableName,
        [Env.subscribersTable]: subscribers.subscribers.tableName,
        [Env.digestsTable]: this.digests.tableName,
        [Env.recordsBucket]: ingest.records.bucketName,
        [Env.refreshedQueueUrl]: refreshed.messages.queue.queueUrl,
        [Env.fanOutConcurrency]: String(props.concurrency),
        [Env.suspectMove]: String(props.suspectMove),
        [Env.claimSettlesAfter]: String(props.claimSettlesAfter.toSeconds()),
        [Env.sesTimeout]: String(mail.sesTimeout.toSeconds()),
        [Env.sender]: mail.sender,
        [Env.configurationSet]: mail.configurationSet.configurationSetName,
        [Env.webUrl]: props.webUrl,
        [Env.apiUrl]: api.url,
        [Env.linkSecret]: api.linkKey.secretArn,
      },
      alarmAction,
      alarmMeans: 'Fan-out fails or times out: some subscribers have no digest yet. Runbook: fan-out.',
    });
    refreshed.messages.feed(fanOut, { batchSize: 1, concurrency: props.concurrency });
    // A segment that does not fit the time hands on its cursor.
    refreshed.messages.queue.grantSendMessages(fanOut.role);
    fanOut.allowObjects(['s3:GetObject'], ingest.records, 'deliveries/');
    fanOut.allow(['s3:ListBucket'], [ingest.records.bucketArn]);
    fanOut.allow(['dynamodb:Query'], [prices.prices.tableArn]);
    fanOut.allow(['dynamodb:Scan', 'dynamodb:GetItem'], [subscribers.subscribers.tableArn]);
    fanOut.allow(
      ['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      [this.digests.tableArn],
    );
    fanOut.allow(['secretsmanager:GetSecretValue'], [api.linkKey.secretArn]);
    mail.allowSending(fanOut);
    new HouseAlarm(this, 'Refused', {
      metric: fanOut.metric('DigestsRefused'),
      threshold: 1,
      means: 'SES refused a digest for good: that subscriber did not get it. The log says why. Runbook: fan-out.',
      action: alarmAction,
    });
    new HouseAlarm(this, 'Unsettled', {
      metric: fanOut.metric('ClaimsUnsettled'),
      threshold: 1,
      means:
        'For an hour SES has not said whether it took a digest: it was sent once more, or given up. Runbook: fan-out.',
      action: alarmAction,
    });
  }
}
