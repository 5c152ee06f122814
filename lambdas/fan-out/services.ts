import { join } from 'node:path';
import type { Logger } from '@aws-lambda-powertools/logger';
import { dynamoDbClient, s3Client, secretsClient, sqsClient } from '../adapters/clients.ts';
import { ledgerTable } from '../adapters/ledger-table.ts';
import { linkKeys } from '../adapters/link-keys.ts';
import { pricesTable } from '../adapters/prices-table.ts';
import { recordsBucket } from '../adapters/records-bucket.ts';
import { refreshedQueue } from '../adapters/refreshed-queue.ts';
import { sourceQueue } from '../adapters/source-queue.ts';
import { subscribersTable } from '../adapters/subscribers-table.ts';
import { tickersTable } from '../adapters/tickers-table.ts';
import { toldAlerts } from '../adapters/told-alerts.ts';
import { Env, type Environment } from '../contracts/environment.ts';
import { SES_TRIES } from '../contracts/sending.ts';
import { chartRenderer } from '../domain/chart/render-chart.ts';
import { mailerOf } from '../mailing/mailer-of.ts';
import { sourceOptions } from '../runtime/partial-batch.ts';
import type { FanOutPorts, FanOutSettings } from './ports.ts';

/** Everything fan-out needs, created once per cold start. */
export function fanOutServices(env: Environment, logger: Logger) {
  const dynamodb = dynamoDbClient();
  const sqs = sqsClient();
  const timeoutMs = env.number(Env.sesTimeout) * 1000;
  const sender = env.text(Env.sender);
  const readLinkKeys = linkKeys(secretsClient(), env.text(Env.linkSecret), Date.now);
  const ports: FanOutPorts = {
    prices: pricesTable(dynamodb, env.text(Env.pricesTable)),
    tickers: tickersTable(dynamodb, env.text(Env.tickersTable)),
    subscribers: subscribersTable(dynamodb, env.text(Env.subscribersTable)),
    ledger: ledgerTable(dynamodb, env.text(Env.ledgerTable)),
    told: toldAlerts(dynamodb, env.text(Env.ledgerTable)),
    records: recordsBucket(s3Client(), env.text(Env.recordsBucket)),
    refreshed: refreshedQueue(sqs, env.text(Env.refreshedQueueUrl)),
    mailer: mailerOf(env),
    // The construct copies the fonts beside the bundle.
    renderChart: chartRenderer({
      inter: join(import.meta.dirname, 'InterVariable.woff2'),
      eastAsian: join(import.meta.dirname, 'noto-sans-sc'),
    }),
    alerted: (recipient, { fires, withdrawn }) => {
      for (const { alert, ticker, what } of fires) logger.info('alert announced', { recipient, alert, ticker, what });
      for (const { ticker, text } of withdrawn) logger.info('alert withdrawn', { recipient, ticker, text });
    },
    warn: (message, details) => logger.warn(message, details),
  };
  const settings = {
    suspectMove: env.number(Env.suspectMove),
    claimRetryAfter: env.number(Env.claimRetryAfter),
    concurrency: env.number(Env.fanOutConcurrency),
    timeToFinishMs: timeoutMs * SES_TRIES,
    sender,
    webUrl: env.text(Env.webUrl),
    apiUrl: env.text(Env.apiUrl),
  };
  return {
    ports,
    source: sourceQueue(sqs, sourceOptions(env)),
    settings: async (): Promise<FanOutSettings> => ({ ...settings, linkKeys: await readLinkKeys() }),
  };
}
