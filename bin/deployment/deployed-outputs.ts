import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/** Name of the stack that is deployed. */
export const STACK = 'ClosingBell';

/** Outputs of a stack: logical id → value. The CDK appends a hash to each id. */
export type Outputs = Record<string, string>;

/** Outputs of the deployed stack; undefined if there is none. A first deployment that failed has none. */
export async function deployedOutputs(): Promise<Outputs | undefined> {
  try {
    const { Stacks = [] } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: STACK }));
    const outputs = Stacks[0]?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

/** The output whose logical id begins so; undefined if the stack does not have it. */
export const outputNamed = (outputs: Outputs, start: string): string | undefined =>
  Object.entries(outputs).find(([name]) => name.startsWith(start))?.[1];
