import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';

/** Name of the stack that is deployed. */
export const STACK = 'ClosingBell';

/** Outputs of a stack: logical id → value. The CDK appends a hash to each id. */
export type Outputs = Record<string, string>;

/** Outputs of the deployed stack; undefined if there is none. A first deployment that failed has none. */
export async function deployedOutputs(): Promise<Outputs | undefined> {
  const stack = await describeStack();
  return (
    stack &&
    Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]))
  );
}

/** True while CloudFormation is changing the stack. */
export const isChanging = async (): Promise<boolean> =>
  (await describeStack())?.StackStatus?.endsWith('_IN_PROGRESS') ?? false;

async function describeStack(): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: STACK }));
    return Stacks[0];
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

/** The output whose logical id begins so; undefined if the stack does not have it. */
export const outputNamed = (outputs: Outputs, start: string): string | undefined =>
  Object.entries(outputs).find(([name]) => name.startsWith(start))?.[1];
