import { Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { Env } from '../lambdas/contracts/environment.ts';
import type { Api } from './api.ts';
import { HouseFunction, type Platform } from './constructs/function.ts';
import type { Drop } from './drop.ts';
import type { FanOut } from './fan-out.ts';
import type { Ingest } from './ingest.ts';
import type { Mail } from './mail.ts';
import type { Prices } from './prices.ts';
import type { SignIn } from './sign-in.ts';
import type { Subscribers } from './subscribers.ts';

export interface SubscriptionsProps {
  readonly api: Api;
  readonly signIn: SignIn;
  readonly drop: Drop;
  readonly prices: Prices;
  readonly subscribers: Subscribers;
  readonly ingest: Ingest;
  readonly fanOut: FanOut;
  readonly mail: Mail;
  readonly webUrl: string;
  /** Relative move above which a close is suspect. */
  readonly suspectMove: number;
  readonly platform: Platform;
  readonly alarmAction: IAlarmAction;
}

/** What answers the API: a small function for data, and one with the canvas for pictures. */
export class Subscriptions extends Construct {
  constructor(scope: Construct, id: string, props: SubscriptionsProps) {
    super(scope, id);
    const { api, signIn, drop, prices, subscribers, ingest, fanOut, mail, platform, alarmAction } = props;
    const shared = {
      [Env.pricesTable]: prices.prices.tableName,
      [Env.deliveriesTable]: prices.deliveries.tableName,
      [Env.subscribersTable]: subscribers.subscribers.tableName,
      [Env.tickersTable]: prices.tickers.tableName,
      [Env.limitsTable]: api.limits.tableName,
      [Env.recordsBucket]: ingest.records.bucketName,
      [Env.linkSecret]: api.linkKey.secretArn,
      [Env.suspectMove]: String(props.suspectMove),
      [Env.sesTimeout]: String(mail.sesTimeout.toSeconds()),
      [Env.sender]: mail.sender,
      [Env.configurationSet]: mail.configurationSet.configurationSetName,
      [Env.webUrl]: props.webUrl,
      [Env.apiUrl]: api.url,
    };
    const data = new HouseFunction(this, 'Api', {
      capability: 'api',
      description: 'Answers the API: subscriptions, prices, deliveries, links from mails',
      timeout: Duration.seconds(15),
      memorySize: 1024,
      platform,
      environment: {
        ...shared,
        [Env.digestsTable]: fanOut.digests.tableName,
        [Env.deliveriesQueueUrl]: drop.deliveries.queue.queueUrl,
        ...(signIn.userPool && { [Env.userPool]: signIn.userPool.userPoolId }),
      },
      alarmAction,
      failures: 'RequestsFailed',
      alarmMeans: 'Requests to the API fail by our fault: subscribers cannot change what they get. Runbook: api.',
    });
    const { subscribers: subscribersTable } = subscribers;
    data.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      [subscribersTable.tableArn],
    );
    data.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [api.limits.tableArn]);
    data.allow(['dynamodb:GetItem', 'dynamodb:Scan'], [prices.deliveries.tableArn]);
    data.allow(['dynamodb:BatchGetItem'], [prices.prices.tableArn]);
    data.allow(['dynamodb:Query', 'dynamodb:DeleteItem'], [fanOut.digests.tableArn]);
    // Orders of operators go the way of dropped files.
    drop.deliveries.queue.grantSendMessages(data.role);
    if (signIn.userPool) data.allow(['cognito-idp:AdminDeleteUser'], [signIn.userPool.userPoolArn]);

    const charts = new HouseFunction(this, 'Charts', {
      capability: 'charts',
      description: 'Draws charts for the page and mails previews',
      timeout: Duration.seconds(30),
      memorySize: 1769,
      platform,
      nativePackages: ['@napi-rs/canvas'],
      files: ['node_modules/inter-ui/variable/InterVariable.woff2'],
      environment: shared,
      alarmAction,
      failures: 'RequestsFailed',
      alarmMeans: 'Charts on the page and previews fail by our fault; digests do not depend on it. Runbook: api.',
    });
    charts.allow(['dynamodb:GetItem'], [subscribersTable.tableArn]);
    charts.allow(['dynamodb:Scan'], [prices.deliveries.tableArn]);

    for (const answering of [data, charts]) {
      answering.allow(['dynamodb:Query'], [prices.prices.tableArn]);
      answering.allow(['dynamodb:BatchGetItem'], [prices.tickers.tableArn]);
      answering.allow(['dynamodb:UpdateItem'], [api.limits.tableArn]);
      answering.allow(['secretsmanager:GetSecretValue'], [api.linkKey.secretArn]);
      answering.allowObjects(['s3:GetObject'], ingest.records, 'deliveries/');
      answering.allow(['s3:ListBucket'], [ingest.records.bucketArn]);
      mail.allowSending(answering);
    }
    api.answerBy('api', data);
    api.answerBy('charts', charts);
  }
}
