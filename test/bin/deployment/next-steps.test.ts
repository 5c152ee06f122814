import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { nextSteps } from '../../../bin/deployment/next-steps.ts';
import { ClosingBellStack } from '../../../lib/closing-bell-stack.ts';
import { PROPS } from '../../lib/stack.ts';

/** The outputs of a stack, each with its own name as value. */
function outputsOf(props: Partial<typeof PROPS>): Record<string, string> {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new ClosingBellStack(app, 'ClosingBell', { ...PROPS, ...props });
  return Object.fromEntries(Object.keys(Template.fromStack(stack).findOutputs('*')).map((name) => [name, `<${name}>`]));
}
const operators = ['night@example.com', 'day@example.com'];

test('after a first deployment, with Cognito and an address of its own', () => {
  const steps = nextSteps({ outputs: outputsOf({}), operators, webUrl: 'https://bell.example.com' }).join('\n');
  expect(steps).toMatch('night@example.com, day@example.com');
  expect(steps).toMatch(/a CNAME from bell\.example\.com to <PageDistributionDomain\w*>/);
  expect(steps).toMatch(/--user-pool-id <SignInUserPool\w*> --username night@example\.com --group-name operators/);
  expect(steps).toMatch(/aws s3 cp samples\/2019-12-31_history\.csv s3:\/\/<DropDropBucket\w*>\//);
});

test('with an issuer of their own, nobody is added to a group of Cognito', () => {
  const signIn = { issuer: 'https://id.example.com', audience: 'a', clientId: 'c' };
  const steps = nextSteps({ outputs: outputsOf({ signIn }), operators, webUrl: '' }).join('\n');
  expect(steps).not.toMatch(/cognito|CNAME/);
});
