import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientFor, readEndpoints } from '../local/endpoints.ts';

/** A stack that operators reach with credentials of their own: on AWS, or on this machine. */
export type RunningStack = {
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  /** Table name or queue URL of a resource by its place in the stack, like `Drop-Deliveries-Queue`. */
  resource(place: string): string;
};

/** Options of every command that works on a running stack. */
export const STACK_OPTIONS = {
  aws: { type: 'boolean', default: false },
  state: { type: 'string', default: '.local' },
} as const;

/** @throws Error where no stack runs there, or credentials are missing */
export const runningStack = ({ aws, state }: { aws: boolean; state: string }): Promise<RunningStack> =>
  aws ? deployedStack() : localStack(state);

async function localStack(state: string): Promise<RunningStack> {
  const { dynamodb, sqs, resources } = readEndpoints(state);
  return {
    dynamodb: new DynamoDBClient(clientFor(dynamodb)),
    sqs: new SQSClient(clientFor(sqs)),
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
    resource: (place) => found(physical.get(place.replaceAll('-', '')) ?? physical.get(tableAt(place)), place),
  };
}

/** Tables stand one level deeper. */
const tableAt = (place: string): string => `${place.replaceAll('-', '')}Table`;

function found(resource: string | undefined, place: string): string {
  if (resource === undefined) throw new Error(`Expected ${place} in the stack, found no such table or queue.`);
  return resource;
}
