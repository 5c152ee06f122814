import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@aws-lambda-powertools/logger';
import { dynamoDbClient, s3Client, secretsClient } from '../adapters/clients.ts';
import { deliveriesTable } from '../adapters/deliveries-table.ts';
import { limitsTable } from '../adapters/limits-table.ts';
import { linkKeys } from '../adapters/link-keys.ts';
import { pricesTable } from '../adapters/prices-table.ts';
import { recordsBucket } from '../adapters/records-bucket.ts';
import { subscribersTable } from '../adapters/subscribers-table.ts';
import { tickersTable } from '../adapters/tickers-table.ts';
import { Env, type Environment } from '../contracts/environment.ts';
import { chartRenderer } from '../domain/chart/render-chart.ts';
import { mailerOf } from '../mailing/mailer-of.ts';
import type { ChartsPorts, ChartsSettings } from './ports.ts';

/** Everything the chart routes need, created once per cold start. */
export function chartsServices(env: Environment, logger: Logger, unexpected: (error: Error) => void) {
  const dynamodb = dynamoDbClient();
  const now = Date.now;
  const sender = env.text(Env.sender);
  const ports: ChartsPorts = {
    prices: pricesTable(dynamodb, env.text(Env.pricesTable)),
    tickers: tickersTable(dynamodb, env.text(Env.tickersTable)),
    subscribers: subscribersTable(dynamodb, env.text(Env.subscribersTable)),
    deliveries: deliveriesTable(dynamodb, env.text(Env.deliveriesTable)),
    limits: limitsTable(dynamodb, env.text(Env.limitsTable)),
    records: recordsBucket(s3Client(), env.text(Env.recordsBucket)),
    mailer: mailerOf(env),
    linkKeys: linkKeys(secretsClient(), env.text(Env.linkSecret), now),
    // The construct copies scripts and fonts beside the bundle.
    plotScripts: {
      library: readFileSync(join(import.meta.dirname, 'lightweight-charts.standalone.production.js'), 'utf8'),
      own: readFileSync(join(import.meta.dirname, 'plot-script.js'), 'utf8'),
    },
    renderChart: chartRenderer({
      inter: join(import.meta.dirname, 'InterVariable.woff2'),
      eastAsian: join(import.meta.dirname, 'noto-sans-sc'),
    }),
    now,
    warn: (message, details) => logger.warn(message, details),
    unexpected,
  };
  const settings: ChartsSettings = {
    suspectMove: env.number(Env.suspectMove),
    sender,
    webUrl: env.text(Env.webUrl),
    apiUrl: env.text(Env.apiUrl),
  };
  return { ports, settings };
}
