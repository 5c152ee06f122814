import { App, Duration, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type ClosingBellProps, ClosingBellStack } from '../../lib/closing-bell-stack.ts';

// Bundling is tested by the end-to-end test, which runs the bundles.
export const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
export const PROPS: ClosingBellProps = {
  platform: 'aws',
  mailDomain: 'example.com',
  signIn: { domainPrefix: 'closing-bell', signUpDomains: ['example.com'] },
  operators: ['night@example.com'],
  maxRejectedShare: 0.2,
  suspectMove: 0.5,
  concurrency: { deliveries: 5, refreshed: 4, events: 2, reports: 2, planned: 5, mails: 2 },
  keepsData: true,
  logRetention: RetentionDays.THREE_MONTHS,
  fanOut: { timeout: Duration.minutes(5) },
  sesTimeout: Duration.seconds(10),
  sesRateShare: 1,
  requireTls: true,
  claimRetryAfter: Duration.hours(1),
  collectors: [
    { provider: 'polygon', dataset: 'prices', subjects: ['AAPL', 'MSFT'] },
    { provider: 'fmp', dataset: 'prices', subjects: ['AAPL'], role: 'check' },
    { provider: 'fred', dataset: 'macro' },
  ],
  vendors: [
    { from: '123456789012', feed: 'eu' },
    { from: 'arn:aws:iam::210987654321:role/prices', feed: '' },
  ],
  mailSenders: [{ from: 'prices@vendor.example', feed: 'asia' }],
  feeds: [{ feed: '', due: '18:00' }],
  calendarOverrides: {},
  smokeTestAt: 13,
};
const stack = new ClosingBellStack(app, 'ClosingBell', PROPS);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
export const template = Template.fromStack(stack);
export type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string };
export const resources: [string, Resource][] = Object.entries(template.toJSON().Resources);
export const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type);
export const functionOf = (name: string): Resource => template.toJSON().Resources[name];
export type Statement = { Action: string | string[]; Resource: unknown };
/** The logical id in a reference, like `{"Ref": ID}` or `{"Fn::GetAtt": [ID, "Arn"]}`. */
export const idIn = (reference: unknown): string => {
  const { Ref, 'Fn::GetAtt': attribute } = reference as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  return Ref ?? attribute?.[0] ?? '';
};
