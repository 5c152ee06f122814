import { randomUUID } from 'node:crypto';
import { cognitoClient, dynamoDbClient, s3Client, secretsClient, sqsClient } from '../adapters/clients.ts';
import { collectQueue } from '../adapters/collect-queue.ts';
import { declarationFiles } from '../adapters/declaration-files.ts';
import { deliveriesQueue } from '../adapters/deliveries-queue.ts';
import { deliveriesTable } from '../adapters/deliveries-table.ts';
import { ledgerTable } from '../adapters/ledger-table.ts';
import { limitsTable } from '../adapters/limits-table.ts';
import { linkKeys } from '../adapters/link-keys.ts';
import { ownFiles } from '../adapters/own-files.ts';
import { pricesTable } from '../adapters/prices-table.ts';
import { queuesOf } from '../adapters/queues.ts';
import { recordsBucket } from '../adapters/records-bucket.ts';
import { runsTable } from '../adapters/runs-table.ts';
import { subscribersTable } from '../adapters/subscribers-table.ts';
import { tickersTable } from '../adapters/tickers-table.ts';
import { toldAlerts } from '../adapters/told-alerts.ts';
import { triedFiles } from '../adapters/tried-files.ts';
import { uploadLinks } from '../adapters/upload-links.ts';
import { userPool } from '../adapters/user-pool.ts';
import { calendarOverrides } from '../contracts/calendar-overrides.ts';
import { plannedCollectors } from '../contracts/collectors.ts';
import { Env, type Environment } from '../contracts/environment.ts';
import { feedSchedules } from '../contracts/feed-schedules.ts';
import { queueUrls, stackQueues } from '../contracts/queue-names.ts';
import { mailerOf } from '../mailing/mailer-of.ts';
import type { ApiPorts, ApiSettings } from './ports.ts';

/** Everything the API needs, created once per cold start. */
export function apiServices(env: Environment, unexpected: (error: Error) => void) {
  const dynamodb = dynamoDbClient();
  const s3 = s3Client();
  const sqs = sqsClient();
  const now = Date.now;
  const sender = env.text(Env.sender);
  const queues = stackQueues.parse(JSON.parse(env.text(Env.queues)));
  const pool = env.optional(Env.userPool);
  const ports: ApiPorts = {
    subscribers: subscribersTable(dynamodb, env.text(Env.subscribersTable)),
    prices: pricesTable(dynamodb, env.text(Env.pricesTable)),
    tickers: tickersTable(dynamodb, env.text(Env.tickersTable)),
    deliveries: deliveriesTable(dynamodb, env.text(Env.deliveriesTable)),
    declarations: declarationFiles(ownFiles(s3, env.text(Env.dropBucket))),
    tried: triedFiles(env.text(Env.triesBucket)),
    uploads: uploadLinks(env.text(Env.dropBucket)),
    commands: deliveriesQueue(sqs, env.text(Env.deliveriesQueueUrl)),
    ledger: ledgerTable(dynamodb, env.text(Env.ledgerTable)),
    told: toldAlerts(dynamodb, env.text(Env.ledgerTable)),
    limits: limitsTable(dynamodb, env.text(Env.limitsTable)),
    runs: runsTable(dynamodb, env.text(Env.runsTable)),
    collect: collectQueue(sqs, env.text(Env.collectQueueUrl)),
    queues: queuesOf(sqs, queueUrls(queues, env.text(Env.deliveriesQueueUrl))),
    records: recordsBucket(s3, env.text(Env.recordsBucket)),
    mailer: mailerOf(env),
    ...(pool && { accounts: userPool(cognitoClient(), pool) }),
    linkKeys: linkKeys(secretsClient(), env.text(Env.linkSecret), now),
    now,
    newId: randomUUID,
    unexpected,
  };
  const settings: ApiSettings = {
    suspectMove: env.number(Env.suspectMove),
    maxRejectedShare: env.number(Env.maxRejectedShare),
    maxFileBytes: env.number(Env.maxFileBytes),
    sender,
    webUrl: env.text(Env.webUrl),
    apiUrl: env.text(Env.apiUrl),
    collectors: plannedCollectors.parse(JSON.parse(env.text(Env.collectors))),
    feeds: feedSchedules.parse(JSON.parse(env.text(Env.feedSchedules))),
    calendarOverrides: calendarOverrides.parse(JSON.parse(env.text(Env.calendarOverrides))),
  };
  return { ports, settings };
}
