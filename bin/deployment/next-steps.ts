import { type Outputs, outputNamed } from './deployed-stack.ts';
import { outputOf } from './publish-page.ts';

type FirstSteps = {
  outputs: Outputs;
  /** Mail addresses. */
  operators: readonly string[];
  /** Own address of the page; empty for CloudFront's. */
  webUrl: string;
};

/** What is left to do after a first deployment, as lines with commands to copy; docs/deploy.md has the reasons. */
export function nextSteps({ outputs, operators, webUrl }: FirstSteps): string[] {
  const pool = outputNamed(outputs, 'SignInUserPool');
  const [operator = ''] = operators;
  return [
    'Next:',
    `- Each operator confirms the mail of AWS about alarms: ${operators.join(', ')}`,
    webUrl && `- DNS: a CNAME from ${new URL(webUrl).hostname} to ${outputOf(outputs, 'distribution')}`,
    `- Sign in at ${outputOf(outputs, 'webUrl')}${pool ? ', then become an operator, and sign in again:' : ''}`,
    pool &&
      `    aws cognito-idp admin-add-user-to-group --user-pool-id ${pool} --username ${operator} --group-name operators`,
    '- Upload a first file, and follow a ticker of it:',
    `    aws s3 cp samples/2019-12-31_history.csv s3://${outputOf(outputs, 'dropBucket')}/`,
    '- Look at the dashboard ClosingBell-today in CloudWatch',
  ].filter((step) => typeof step === 'string' && step !== '') as string[];
}
