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

/** Resources with nothing to create here, each for its reason; anything else must be taught to the runner. */
const NOTHING_TO_CREATE = new Set([
  // Permissions: the emulators let everybody do everything.
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::SQS::QueuePolicy',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  // The console is the log and says which alarms would ring.
  'AWS::Logs::LogGroup',
  'AWS::CloudWatch::Alarm',
  'AWS::SNS::Topic',
  'AWS::SNS::Subscription',
  // The local SES takes mail from anybody.
  'AWS::SES::ConfigurationSet',
  'AWS::SES::ConfigurationSetEventDestination',
  // Made when they are first asked for: emulators/secrets.ts.
  'AWS::SecretsManager::Secret',
  // Run by the runner itself: functions.ts, event-sources.ts, event-bus.ts, http-api.ts.
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Lambda::Function',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Permission',
  'AWS::Events::Rule',
]);

export type Clients = { dynamodb: DynamoDBClient; s3: S3Client; sqs: SQSClient };

/** Creates the tables, buckets and queues that a template declares, where they are not there yet. */
export async function createResources(template: Template, resolve: Resolve, clients: Clients): Promise<void> {
  for (const [logicalId, { Type }] of Object.entries(template.resources)) {
    const known = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::SQS::Queue'].includes(Type);
    if (!known && !NOTHING_TO_CREATE.has(Type)) {
      throw new Error(`The local stack does not know ${Type} (${logicalId}); teach local/engine/resources.ts.`);
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
          // CloudFormation and the API spell these alike.
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
