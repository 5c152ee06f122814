import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DEFAULT_STATE, readEndpoints } from '../local/app/endpoints.ts';
import { clientFor } from '../local/engine/client-options.ts';
import { WrongUsage } from './command-line.ts';
import { STACK } from './deployment/deployed-stack.ts';

/** A running stack, on AWS or on this machine, for commands of operators. */
export type RunningStack = {
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  s3: S3Client;
  /** Name of a table, a bucket or a function, or URL of a queue, by its path in the stack, like `Drop-Deliveries-Queue`. */
  resource(path: string): string;
  /** False for a part that the stage does not have. */
  has(path: string): boolean;
};

/** Options of commands that use a running stack. */
export const STACK_OPTIONS = { aws: { type: 'boolean', default: false }, state: { type: 'string' } } as const;

/** @throws Error if no stack runs there, or credentials are missing @throws WrongUsage if --aws and --state are both given */
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
    ...lookup((path) => resources[path]),
  };
}

/** The stack in the region and account of the shell. */
async function deployedStack(): Promise<RunningStack> {
  const physical = new Map<string, string>();
  const pages = paginateListStackResources({ client: new CloudFormationClient({}) }, { StackName: STACK });
  for await (const { StackResourceSummaries = [] } of pages) {
    // A logical id is the path and a hash of eight characters.
    for (const { LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries)
      physical.set(LogicalResourceId.slice(0, -8), PhysicalResourceId);
  }
  return {
    dynamodb: new DynamoDBClient({}),
    sqs: new SQSClient({}),
    s3: new S3Client({}),
    ...lookup((path) => {
      const id = path.replaceAll('-', '');
      // Tables and buckets are nested in a construct of ours.
      return physical.get(id) ?? physical.get(`${id}Table`) ?? physical.get(`${id}Bucket`);
    }),
  };
}

const lookup = (find: (path: string) => string | undefined): Pick<RunningStack, 'resource' | 'has'> => ({
  has: (path) => find(path) !== undefined,
  resource: (path) => {
    const found = find(path);
    if (found === undefined) throw new Error(`Expected ${path} in the stack, found none.`);
    return found;
  },
});
