import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { deliveriesTable } from '../adapters/deliveries-table.ts';
import { limitsTable } from '../adapters/limits-table.ts';
import { linkKeys } from '../adapters/link-keys.ts';
import { appLogger } from '../adapters/log.ts';
import { mailer, sesClient } from '../adapters/mailer.ts';
import { pricesTable } from '../adapters/prices-table.ts';
import { recordsBucket } from '../adapters/records-bucket.ts';
import { subscribersTable } from '../adapters/subscribers-table.ts';
import { tickersTable } from '../adapters/tickers-table.ts';
import { Env, readEnvironment } from '../contracts/environment.ts';
import { chartRenderer } from '../domain/chart/render-chart.ts';
import { failureTeller, httpHandler } from '../runtime/http/lambda.ts';
import { chartsApp } from './app.ts';

const env = readEnvironment(process.env, [
  Env.pricesTable,
  Env.tickersTable,
  Env.subscribersTable,
  Env.deliveriesTable,
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
const logger = appLogger();
const dynamodb = new DynamoDBClient({});
const now = Date.now;

const app = chartsApp(
  {
    prices: pricesTable(dynamodb, env.PRICES_TABLE),
    tickers: tickersTable(dynamodb, env.TICKERS_TABLE),
    subscribers: subscribersTable(dynamodb, env.SUBSCRIBERS_TABLE),
    deliveries: deliveriesTable(dynamodb, env.DELIVERIES_TABLE),
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
    linkKeys: linkKeys(new SecretsManagerClient({}), env.LINK_SECRET_ARN, now),
    // The construct puts the font beside the bundle.
    renderChart: chartRenderer(join(import.meta.dirname, 'InterVariable.woff2')),
    now,
    warn: (message, details) => logger.warn(message, details),
    unexpected: failureTeller(logger, new Metrics()),
  },
  { suspectMove: Number(env.SUSPECT_MOVE), sender: env.SENDER_ADDRESS, webUrl: env.WEB_URL, apiUrl: env.API_URL },
);

export const handler = httpHandler(app, logger);
