import {
  type AttributeDefinition,
  CreateTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Resolve } from './intrinsics.ts';
import { physicalName, resourcesOf, type Template } from './template.ts';

/** Resource types that need no local resource. Any other unknown type is an error. */
const NOTHING_TO_CREATE = new Set([
  // Permissions: roles of functions are enforced by local/iam, if that is asked for; the others allow everything.
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::SQS::QueuePolicy',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  // The console prints logs and alarms.
  'AWS::Logs::LogGroup',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Logs::QueryDefinition',
  'AWS::SNS::Topic',
  'AWS::SNS::Subscription',
  // The local SES accepts mail from any sender.
  'AWS::SES::ConfigurationSet',
  'AWS::SES::ConfigurationSetEventDestination',
  // npm run drop -- --mail does what SES does by this rule.
  'AWS::SES::ReceiptRule',
  'AWS::SES::ReceiptRuleSet',
  // Created when first read: emulators/secrets.ts.
  'AWS::SecretsManager::Secret',
  // Glue's look after the tables, and what analysts find in Athena: emulators/iceberg-catalog.ts, and the client.
  'AWS::Glue::TableOptimizer',
  'AWS::Athena::WorkGroup',
  'AWS::Athena::NamedQuery',
  // Run by the engine: functions.ts, event-sources.ts, event-bus.ts, http-api.ts, schedules.ts.
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Lambda::Function',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Permission',
  'AWS::Events::Rule',
  'AWS::Scheduler::Schedule',
]);

/** Resource types that are created here, or in lake-tables.ts. */
const CREATED = new Set([
  'AWS::DynamoDB::GlobalTable',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
]);

export type Clients = { dynamodb: DynamoDBClient; s3: S3Client; sqs: SQSClient };

/** Creates the tables, buckets and queues of a template that do not exist yet. @throws Error for an unsupported resource type */
export async function createResources(template: Template, resolve: Resolve, clients: Clients): Promise<void> {
  for (const [logicalId, { Type }] of Object.entries(template.resources)) {
    if (!CREATED.has(Type) && !NOTHING_TO_CREATE.has(Type)) {
      throw new Error(`The local stack does not support ${Type} (${logicalId}); add it to local/engine/resources.ts.`);
    }
  }
  await Promise.all([
    createTables(template, clients.dynamodb),
    createBuckets(template, resolve, clients.s3),
    createQueues(template, resolve, clients.sqs),
  ]);
}

async function createTables(template: Template, client: DynamoDBClient): Promise<void> {
  for (const [logicalId, resource] of resourcesOf(template, 'AWS::DynamoDB::GlobalTable')) {
    try {
      await client.send(
        new CreateTableCommand({
          TableName: physicalName(logicalId, resource),
          BillingMode: 'PAY_PER_REQUEST',
          // CloudFormation and the API use the same format.
          AttributeDefinitions: resource.Properties['AttributeDefinitions'] as AttributeDefinition[],
          KeySchema: resource.Properties['KeySchema'] as KeySchemaElement[],
        }),
      );
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
  }
}

async function createBuckets(template: Template, resolve: Resolve, client: S3Client): Promise<void> {
  for (const [logicalId] of resourcesOf(template, 'AWS::S3::Bucket')) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: String(resolve({ Ref: logicalId })) }));
    } catch (error) {
      if (!(error instanceof Error && error.name.startsWith('BucketAlready'))) throw error;
    }
  }
}

async function createQueues(template: Template, resolve: Resolve, client: SQSClient): Promise<void> {
  for (const [logicalId, resource] of resourcesOf(template, 'AWS::SQS::Queue')) {
    const { VisibilityTimeout, RedrivePolicy } = resource.Properties;
    await client.send(
      new CreateQueueCommand({
        QueueName: physicalName(logicalId, resource),
        Attributes: {
          ...(VisibilityTimeout !== undefined && { VisibilityTimeout: String(VisibilityTimeout) }),
          ...(RedrivePolicy !== undefined && { RedrivePolicy: JSON.stringify(resolve(RedrivePolicy)) }),
        },
      }),
    );
  }
}
