import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { checkMailSenders } from '../../lambdas/contracts/mailed-files.ts';
import { ClosingBellStack } from '../../lib/closing-bell-stack.ts';
import { ofType, PROPS, resources, type Statement, template } from './stack.ts';

/** Vendors who mail their files. */

const templateOf = (props: Partial<typeof PROPS>): Template => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  return Template.fromStack(new ClosingBellStack(app, 'ClosingBell', { ...PROPS, ...props }));
};

test('SES stores mail to one address of a domain of its own, over TLS, and looks for viruses', () => {
  const [rule, ...others] = ofType('AWS::SES::ReceiptRule');
  expect(others).toEqual([]);
  expect(rule?.[1].Properties).toMatchObject({
    RuleSetName: { Ref: expect.stringMatching(/^MailedFilesRuleSet/) },
    Rule: {
      Enabled: true,
      ScanEnabled: true,
      TlsPolicy: 'Require',
      Recipients: ['prices@files.example.com'],
      Actions: [{ S3Action: { BucketName: { Ref: expect.stringMatching(/^MailedFilesStored/) } } }],
    },
  });
  const outputs = JSON.stringify(template.findOutputs('*'));
  expect(outputs).toContain('files.example.com MX 10 inbound-smtp.');
});

test('the function uploads to the folders of its senders only', () => {
  const policies = resources.filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith('MailedFiles'));
  const statements = policies.flatMap(
    ([, { Properties }]) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
  );
  const uploads = statements.filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
  expect(uploads.map(({ Resource }) => JSON.stringify(Resource))).toEqual([expect.stringMatching(/\/asia\/\*/)]);
});

test('a rule set that is active already gets the rule, and none is made', () => {
  const theirs = templateOf({ receiptRuleSet: 'office' });
  theirs.resourceCountIs('AWS::SES::ReceiptRuleSet', 0);
  theirs.hasResourceProperties('AWS::SES::ReceiptRule', { RuleSetName: 'office' });
});

test('a stage without senders receives nothing, and has no queue for it', () => {
  const without = JSON.stringify(templateOf({ mailSenders: [] }).toJSON());
  expect(without).not.toContain('MailedFiles');
});

test('the dashboard has mailed files where vendors mail', () => {
  const dashboardOf = (one: Template) => JSON.stringify(one.findResources('AWS::CloudWatch::Dashboard'));
  expect(dashboardOf(template)).toContain('by mail, refused');
  expect(dashboardOf(templateOf({ mailSenders: [] }))).not.toContain('by mail');
});

test.each([
  [[{ from: 'vendor.example', feed: 'asia' }], 'expected one mail address'],
  [[{ from: 'a@vendor.example', feed: '' }], 'expected the folder of a feed'],
  [[{ from: 'a@vendor.example', feed: 'smoke' }], 'this one is for our own files'],
  [[{ from: 'a@vendor.example', feed: 'as*a' }], 'expected a folder without *'],
  [
    [
      { from: 'a@vendor.example', feed: 'asia' },
      { from: 'A@vendor.example', feed: 'eu' },
    ],
    'to which feed do its files go?',
  ],
])('the senders %j are refused', (senders, message) => {
  expect(() => checkMailSenders(senders)).toThrow(message);
});
