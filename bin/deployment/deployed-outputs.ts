import { CloudFormationClient, DescribeStacksCommand, type Output } from '@aws-sdk/client-cloudformation';

/** Name of the stack that is deployed. */
export const STACK = 'ClosingBell';

/** Outputs of the deployed stack; undefined if there is none. */
export async function deployedOutputs(): Promise<Output[] | undefined> {
  try {
    const { Stacks = [] } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: STACK }));
    return Stacks[0]?.Outputs ?? [];
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}
