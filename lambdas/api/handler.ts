import { setTimeout as sleep } from 'node:timers/promises';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { deliveriesQueue } from '../adapters/deliveries-queue.ts';
import { deliveriesTable } from '../adapters/deliveries-table.ts';
import { digestsTable } from '../adapters/ledger-table.ts';
import { limitsTable } from '../adapters/limits-table.ts';
import { linkKeys } from '../adapters/link-keys.ts';
import { appLogger } from '../adapters/log.ts';
import { mailer, sesClient } from '../adapters/mailer.ts';
import { pricesTable } from '../adapters/prices-table.ts';
import { recordsBucket } from '../adapters/records-bucket.ts';
import { subscribersTable } from '../adapters/subscribers-table.ts';
import { tickersTable } from '../adapters/tickers-table.ts';
import { userPool } from '../adapters/user-pool.ts';
import { Env, readEnvironment, readOptional } from '../contracts/environment.ts';
import { failureTeller, httpHandler } from '../runtime/http/lambda.ts';
import { apiApp } from './app.ts';

const env = readEnvironment(process.env, [
  Env.pricesTable,
  Env.tickersTable,
  Env.subscribersTable,
  Env.deliveriesTable,
  Env.deliveriesQueueUrl,
  Env.digestsTable,
  Env.limitsTable,
  Env.recordsBucket,
  Env.linkSecret,
  Env.suspectMove,
  Env.sender,
  Env.sesTimeout,
  Env.configurationSet,
  Env.webUrl,
  Env.apiUrl,
]);
const SES_TIMEOUT_MS = Number(env.SES_TIMEOUT_SECONDS) * 1000;
const pool = readOptional(process.env, Env.userPool);
const logger = appLogger();
const dynamodb = new DynamoDBClient({});
const now = Date.now;

const app = apiApp(
  {
    subscribers: subscribersTable(dynamodb, env.SUBSCRIBERS_TABLE),
    prices: pricesTable(dynamodb, env.PRICES_TABLE),
    tickers: tickersTable(dynamodb, env.TICKERS_TABLE),
    deliveries: deliveriesTable(dynamodb, env.DELIVERIES_TABLE),
    orders: deliveriesQueue(new SQSClient({}), env.DELIVERIES_QUEUE_URL),
    digests: digestsTable(dynamodb, env.DIGESTS_TABLE),
    limits: limitsTable(dynamodb, env.LIMITS_TABLE),
    records: recordsBucket(new S3Client({}), env.RECORDS_BUCKET),
    mailer: mailer(sesClient(SES_TIMEOUT_MS), {
      sender: env.SENDER_ADDRESS,
      configurationSet: env.SES_CONFIGURATION_SET,
      sharedBy: 1,
      timeoutMs: SES_TIMEOUT_MS,
      sleep,
      now,
    }),
    ...(pool && { accounts: userPool(new CognitoIdentityProviderClient({}), pool) }),
    linkKeys: linkKeys(new SecretsManagerClient({}), env.LINK_SECRET_ARN, now),
    now,
    unexpected: failureTeller(logger, new Metrics()),
  },
  {
    suspectMove: Number(env.SUSPECT_MOVE),
    sender: env.SENDER_ADDRESS,
    webUrl: env.WEB_URL,
    apiUrl: env.API_URL,
  },
);

export const handler = httpHandler(app, logger);
