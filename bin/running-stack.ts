import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientFor, DEFAULT_STATE, readEndpoints } from '../local/app/endpoints.ts';
import { WrongUsage } from './command-line.ts';

/** A stack that operators reach with credentials of their own: on AWS, or on this machine. */
export type RunningStack = {
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  s3: S3Client;
  /** Table name, bucket name or queue URL of a resource by its place in the stack, like `Drop-Deliveries-Queue`. */
  resource(place: string): string;
};

/** Options of every command that works on a running stack. */
export const STACK_OPTIONS = { aws: { type: 'boolean', default: false }, state: { type: 'string' } } as const;

/** @throws Error where no stack runs there, or credentials are missing; WrongUsage where it is not clear which is meant */
export async function runningStack({ aws, state }: { aws: boolean; state?: string }): Promise<RunningStack> {
  if (aws && state !== undefined) throw new WrongUsage('Expected --aws or --state DIR, found both.');
  return aws ? deployedStack() : localStack(state ?? DEFAULT_STATE);
}

async function localStack(state: string): Promise<RunningStack> {
  const { dynamodb, sqs, s3, resources } = readEndpoints(state);
  return {
    dynamodb: new DynamoDBClient(clientFor(dynamodb)),
    sqs: new SQSClient(clientFor(sqs)),
    s3: new S3Client(clientFor(s3)),
    resource: (place) => found(resources[place], place),
  };
}

/** In the region and account of the shell. */
async function deployedStack(): Promise<RunningStack> {
  const physical = new Map<string, string>();
  const pages = paginateListStackResources({ client: new CloudFormationClient({}) }, { StackName: 'ClosingBell' });
  for await (const { StackResourceSummaries = [] } of pages) {
    // The CDK makes a logical id of the place and a hash.
    for (const { LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries)
      physical.set(LogicalResourceId.slice(0, -8), PhysicalResourceId);
  }
  return {
    dynamodb: new DynamoDBClient({}),
    sqs: new SQSClient({}),
    s3: new S3Client({}),
    resource: (place) =>
      found(
        physical.get(place.replaceAll('-', '')) ??
          physical.get(within(place, 'Table')) ??
          physical.get(within(place, 'Bucket')),
        place,
      ),
  };
}

/** Tables and buckets stand one level deeper. */
const within = (place: string, inner: 'Table' | 'Bucket'): string => `${place.replaceAll('-', '')}${inner}`;

function found(resource: string | undefined, place: string): string {
  if (resource === undefined) throw new Error(`Expected ${place} in the stack, found no such table, bucket or queue.`);
  return resource;
}
