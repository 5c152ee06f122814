import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { clientFor } from './client-options.ts';
import { type EventBus, eventBus, queuesFilledBy } from './event-bus.ts';
import { type QueueReader, queueReaders, queueUrlAt } from './event-sources.ts';
import { type FunctionListeners, functionsOf, type LocalFunction } from './functions.ts';
import { type HttpHandler, httpApi } from './http-api.ts';
import { REGION, type Resolve, resolver } from './intrinsics.ts';
import { createLakeTables } from './lake-tables.ts';
import { createResources } from './resources.ts';
import { type RunningSchedule, schedules } from './schedules.ts';
import { physicalName, resourcesOf, type Template } from './template.ts';

/** Where the emulators listen. */
export type EmulatorUrls = {
  s3: string;
  sqs: string;
  dynamodb: string;
  ses: string;
  secrets: string;
  api: string;
  glue: string;
};

/** A template that is ready to run. */
export type Engine = {
  /** Tables, buckets and queues: path in the stack → name or URL, like `Drop-Deliveries-Queue`. */
  resources: Record<string, string>;
  /** Names of the buckets that send events to EventBridge. */
  eventBuckets: string[];
  /** Rules of buckets that pages may send requests to: bucket → rules. */
  bucketCors: Map<string, BucketCors[]>;
  functions: LocalFunction[];
  http: HttpHandler;
  bus: EventBus;
  schedules: RunningSchedule[];
  readers: QueueReader[];
  /** URLs of the queues that rules fill with events of a source, like `aws.ses`. */
  queuesFilledBy(source: string): Set<string>;
};

/** Creates the resources of a template and prepares its functions, routes, rules and event source mappings. Nothing runs yet. */
export async function createEngine(
  template: Template,
  urls: EmulatorUrls,
  listeners: FunctionListeners & { onError: (error: unknown) => void },
): Promise<Engine> {
  const resolve = resolver(template, urls);
  const sqs = new SQSClient(clientFor(urls.sqs));
  const clients = { dynamodb: new DynamoDBClient(clientFor(urls.dynamodb)), s3: new S3Client(clientFor(urls.s3)), sqs };
  await createResources(template, resolve, clients);
  await createLakeTables(template, resolve, urls.glue);
  const functions = functionsOf(template, resolve, environmentFor(urls), listeners);
  const urlOf = queueUrlAt(urls.sqs);
  return {
    resources: namesIn(template, resolve),
    eventBuckets: eventBuckets(template, resolve),
    bucketCors: bucketCors(template, resolve),
    functions: [...functions.values()],
    http: httpApi(template, resolve, functions),
    bus: eventBus(template, resolve, sqs, urlOf),
    schedules: schedules(template, resolve, sqs, urlOf, listeners.onError),
    readers: queueReaders(template, resolve, functions, sqs, urlOf),
    queuesFilledBy: (source) => new Set([...queuesFilledBy(source, template, resolve)].map(urlOf)),
  };
}

/** Points the SDK clients of functions to the emulators. */
const environmentFor = (urls: EmulatorUrls): Record<string, string> => ({
  AWS_REGION: REGION,
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_S3: urls.s3,
  AWS_ENDPOINT_URL_SQS: urls.sqs,
  AWS_ENDPOINT_URL_DYNAMODB: urls.dynamodb,
  AWS_ENDPOINT_URL_GLUE: urls.glue,
  AWS_ENDPOINT_URL_SESV2: urls.ses,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: urls.secrets,
});

const eventBuckets = (template: Template, resolve: Resolve): string[] =>
  resourcesOf(template, 'AWS::S3::Bucket')
    .filter(([, { Properties }]) => Properties['NotificationConfiguration'])
    .map(([logicalId]) => String(resolve({ Ref: logicalId })));

type BucketCors = { origins: string[]; methods: string[]; headers: string[] };
const corsConfiguration = z.object({
  CorsRules: z.array(
    z.object({
      AllowedOrigins: z.array(z.string()),
      AllowedMethods: z.array(z.string()),
      AllowedHeaders: z.array(z.string()).default([]),
    }),
  ),
});

const bucketCors = (template: Template, resolve: Resolve): Map<string, BucketCors[]> =>
  new Map(
    resourcesOf(template, 'AWS::S3::Bucket').flatMap(([logicalId, { Properties }]) => {
      if (!Properties['CorsConfiguration']) return [];
      const { CorsRules } = corsConfiguration.parse(resolve(Properties['CorsConfiguration']));
      const rules = CorsRules.map((rule) => ({
        origins: rule.AllowedOrigins,
        methods: rule.AllowedMethods,
        headers: rule.AllowedHeaders,
      }));
      return [[String(resolve({ Ref: logicalId })), rules] as const];
    }),
  );

const namesIn = (template: Template, resolve: Resolve): Record<string, string> =>
  Object.fromEntries(
    ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::SQS::Queue'].flatMap((type) =>
      resourcesOf(template, type).map(([logicalId, resource]) => [
        physicalName(logicalId, resource)
          .replace(`${template.stack}-`, '')
          .replace(/-(Table|Bucket)$/, ''),
        String(resolve({ Ref: logicalId })),
      ]),
    ),
  );
