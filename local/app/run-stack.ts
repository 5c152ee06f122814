import { mkdirSync, rmSync } from 'node:fs';
import { resolve as absolute, join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Scope } from '../../lambdas/contracts/routes.ts';
import { startDynamoDb } from '../emulators/dynamodb.ts';
import { CLIENT_ID, startIssuer } from '../emulators/issuer.ts';
import { mailEvents } from '../emulators/mail-events.ts';
import { objectEvents } from '../emulators/object-events.ts';
import { startS3AndSqs } from '../emulators/s3-sqs.ts';
import { startSecrets } from '../emulators/secrets.ts';
import { startSes } from '../emulators/ses.ts';
import { eventBus, queuesToldBy } from '../engine/event-bus.ts';
import { eventSources, queueUrlAt } from '../engine/event-sources.ts';
import { functionsOf } from '../engine/functions.ts';
import { httpApi, startHttpApi } from '../engine/http-api.ts';
import { REGION, resolver } from '../engine/intrinsics.ts';
import { checkPorts } from '../engine/listening.ts';
import { createResources } from '../engine/resources.ts';
import { physicalName, resourcesOf, synthesize, type Template } from '../engine/template.ts';
import { watchClock } from './clock.ts';
import { clientFor, type Endpoints, writeEndpoints } from './endpoints.ts';
import { forgetLeases } from './leases.ts';
import { lockFolder } from './lock.ts';
import { buildPage, startPage } from './page.ts';
import { emptied } from './settled.ts';

export type RunOptions = {
  /** Folder that keeps everything. */
  state: string;
  /** First of seven ports; 0 takes free ones. */
  port: number;
  /** Called with each line a function writes. */
  onLine: (functionName: string, line: string) => void;
  /** Called for each object dropped. */
  onDrop: (key: string, size: number) => void;
  onError: (error: unknown) => void;
  /** Called where the clock was set back by so many seconds. */
  onClockBack: (seconds: number) => void;
};

export type RunningStack = {
  endpoints: Endpoints;
  template: Template;
  stop(): Promise<void>;
};

/** A feedback that fails must not keep the rest from starting. */
const SECONDS_TO_SETTLE = 20;

const PORTS = 7;
const SENDER = 'digest@example.com';
/** Who signs in with one of these sees the deliveries. */
export const OPERATORS = ['night@example.com'];

type Stoppable = { stop(): Promise<void> };

/**
 * Synthesizes the app and runs the template it gives: emulators on 127.0.0.1, the resources it declares,
 * its functions from their bundles, wired as its rules and event source mappings say.
 */
export async function runStack({
  state: folder,
  port,
  onLine,
  onDrop,
  onError,
  onClockBack,
}: RunOptions): Promise<RunningStack> {
  const state = absolute(folder);
  makeFolder(state);
  // In this order: whoever starts a stack twice hears that it runs, not that its ports are taken.
  const unlock = lockFolder(state);
  const running: Stoppable[] = [{ stop: async () => unlock() }];
  const stop = async () => {
    rmSync(join(state, 'endpoints.json'), { force: true });
    for (const part of running.reverse()) await part.stop();
  };
  try {
    if (port !== 0) await checkPorts(Array.from({ length: PORTS }, (_, offset) => port + offset));
    const keep = <T extends Stoppable>(part: T): T => {
      running.push(part);
      return part;
    };
    keep(watchClock(join(state, 'clock'), onClockBack));
    const mails = mailEvents(onError);
    const events = objectEvents(join(state, 'object-events'), onError);
    const portAt = (offset: number) => (port === 0 ? 0 : port + offset);
    const { dynamodb, ses, secrets, issuer, api, page } = await startServers(
      state,
      portAt,
      { onSent: mails.onSent, onError },
      keep,
    );
    const pageFolder = join(state, 'page');
    const [template] = await Promise.all([
      synthesize(join(state, 'cdk.out'), { issuer: issuer.url, webUrl: page.url }),
      buildPage(pageFolder),
    ]);
    const s3 = keep(
      await startS3AndSqs(portAt(0), join(state, 'aws'), (object) => {
        events.onCreated(object);
        if (object.bucket === dropBucket) onDrop(object.key, object.size);
      }),
    );
    const resolve = resolver(template, { sqs: s3.url, api: api.url });
    const dropBucket = bucketThatTellsEventBridge(template, resolve);
    const sqs = new SQSClient(clientFor(s3.url));
    const clients = { dynamodb: new DynamoDBClient(clientFor(dynamodb.url)), s3: new S3Client(clientFor(s3.url)), sqs };
    await createResources(template, resolve, clients);
    const resources = namesIn(template, resolve);
    const forget = (owner?: string) => forgetLeases(clients.dynamodb, resources['Prices-Deliveries'] ?? '', owner);
    await forget();

    const environment = {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ENDPOINT_URL_SQS: s3.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_SESV2: ses.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    };
    const onDeath = (requestId: string) => void forget(requestId).catch(onError);
    const functions = functionsOf(template, resolve, environment, { onLine, onDeath });
    for (const local of functions.values()) keep(local);
    api.serve(httpApi(template, resolve, functions));
    page.serve(pageFolder, {
      api: api.url,
      issuer: issuer.url,
      clientId: CLIENT_ID,
      scopes: ['openid', 'email', ...Object.values(Scope)],
    });
    const urlOf = queueUrlAt(s3.url);
    const bus = eventBus(template, resolve, sqs, urlOf);
    const sources = eventSources(template, resolve, functions, sqs, urlOf);
    const ofMails = queuesToldBy('aws.ses', template, resolve);
    const [feedback, others] = [true, false].map((isOfMails) =>
      sources.filter(({ queueArn }) => ofMails.has(queueArn) === isOfMails),
    );
    keep({ stop: () => Promise.all([events.settled(), mails.settled()]).then(() => undefined) });
    // What a killed run has sent is in the ledger before anybody looks whether to send it again.
    for (const source of feedback ?? []) keep(source.start());
    mails.connect(bus);
    await mails.settled();
    await emptied(sqs, [...ofMails].map(urlOf), SECONDS_TO_SETTLE).catch(onError);
    for (const source of others ?? []) keep(source.start());
    events.connect(bus, s3, [dropBucket]);

    const endpoints: Endpoints = {
      s3: s3.url,
      sqs: s3.url,
      dynamodb: dynamodb.url,
      sesv2: ses.url,
      inbox: ses.url,
      api: api.url,
      issuer: issuer.url,
      web: page.url,
      dropBucket,
      resources,
    };
    writeEndpoints(state, endpoints);
    return { endpoints, template, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What must listen before the app is synthesized, since the template has its address, and the other emulators. */
async function startServers(
  state: string,
  portAt: (offset: number) => number,
  { onSent, onError }: { onSent: Parameters<typeof startSes>[2]; onError: (error: unknown) => void },
  keep: <T extends Stoppable>(part: T) => T,
) {
  const api = keep(await startHttpApi(portAt(3)));
  const page = keep(await startPage(portAt(5)));
  const dynamodb = keep(await startDynamoDb(portAt(1), join(state, 'aws', 'dynamodb'), onError));
  const ses = keep(await startSes(portAt(2), join(state, 'aws', 'ses'), onSent, onError));
  const secrets = keep(await startSecrets(portAt(6), join(state, 'secrets.json')));
  const settings = { ses: ses.url, sender: SENDER, webUrl: page.url, operators: OPERATORS };
  const issuer = keep(await startIssuer(portAt(4), settings));
  return { dynamodb, ses, secrets, issuer, api, page };
}

function bucketThatTellsEventBridge(template: Template, resolve: (value: unknown) => unknown): string {
  const telling = resourcesOf(template, 'AWS::S3::Bucket').find(
    ([, { Properties }]) => Properties['NotificationConfiguration'],
  );
  if (!telling) throw new Error('Expected a bucket that tells EventBridge of its objects in the template, found none.');
  return String(resolve({ Ref: telling[0] }));
}

/** Tables and buckets: readable name → physical name. */
const namesIn = (template: Template, resolve: (value: unknown) => unknown): Record<string, string> =>
  Object.fromEntries(
    ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::SQS::Queue'].flatMap((type) =>
      resourcesOf(template, type).map(([logicalId, resource]) => [
        physicalName(logicalId, resource)
          .replace(/^ClosingBell-/, '')
          .replace(/-(Table|Bucket)$/, ''),
        String(resolve({ Ref: logicalId })),
      ]),
    ),
  );

/** @throws Error where something else than a folder is there */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const isFile = error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOTDIR');
    throw isFile ? new Error(`Expected a folder at ${folder}, found a file. Choose another with --state DIR.`) : error;
  }
}
