import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { BadSettings, checkNames, readSettings, settingsOn } from '../../bin/settings.ts';
import { stageProps } from '../../bin/stages.ts';
import { ClosingBellStack } from '../../lib/closing-bell-stack.ts';

const GOOD = { mailDomain: 'example.com', operators: 'night@example.com', signInPrefix: 'example-bell' };
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b-2c';
const read = (given: Record<string, unknown>) => readSettings((name) => given[name]);
const errorOf = (given: Record<string, unknown>): string => {
  try {
    read(given);
    return '';
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error;
    return error.message;
  }
};

test('the settings that a deployment needs', () => {
  expect(read(GOOD)).toMatchObject({ stage: 'prod', operators: ['night@example.com'], signUpDomains: [] });
  expect(read({ ...GOOD, operators: ['a@example.com', 'b@example.com'] }).operators).toHaveLength(2);
  expect(errorOf({ ...GOOD, signInPrefix: '', issuer: 'https://id.example.com/x', audience: 'a', clientId: 'c' })).toBe(
    '',
  );
  expect(errorOf({ ...GOOD, webUrl: 'https://bell.example.com', certificateArn: CERTIFICATE })).toBe('');
});

test('the local stage needs no setting', () => expect(errorOf({ stage: 'local' })).toBe(''));

test.each([
  [{ mailDomain: '' }, 'Expected mailDomain'],
  [{ mailDomain: 'https://example.com' }, 'Expected mailDomain'],
  [{ operators: '' }, 'Expected operators'],
  [{ operators: 'night@example.com,nobody' }, 'found "nobody"'],
  [{ signInPrefix: '' }, 'Expected signInPrefix'],
  [{ signInPrefix: 'Bell' }, 'found "Bell"'],
  [{ signInPrefix: 'my-aws-bell' }, 'which Cognito rejects, found "my-aws-bell"'],
  [{ signUpDomains: 'example.com,@example.org' }, 'found "@example.org"'],
  [{ webUrl: 'https://bell.example.com/', certificateArn: 'arn' }, 'without a path, found "https://bell.example.com/"'],
  [{ webUrl: 'bell.example.com', certificateArn: CERTIFICATE }, 'Expected webUrl'],
  [{ certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/0a' }, 'Expected certificateArn'],
  [
    { issuer: 'https://id.example.com', audience: 'a', clientId: 'c', signUpDomains: 'a.com' },
    'Expected no signUpDomains',
  ],
  [{ signUpDomains: '@a.com,@b.com' }, 'found "@b.com"'],
  [{ webUrl: 'https://bell.example.com' }, 'together, found no certificateArn'],
  [{ issuer: 'id.example.com', audience: 'a', clientId: 'c' }, 'Expected issuer like https'],
  [{ issuer: 'https://id.example.com' }, 'found no audience and no clientId'],
  [{ alarmTopic: 'alarms' }, 'Expected alarmTopic'],
  [{ slackWorkspace: 'T07EZ1ABC' }, 'together, found no slackChannel'],
  [{ slackWorkspace: 'acme', slackChannel: 'C07EZ1ABC' }, 'Expected slackWorkspace'],
  [{ slackWorkspace: 'T07EZ1ABC', slackChannel: '#alarms' }, 'Expected slackChannel'],
  [{ monthlyBudget: '500 USD' }, 'Expected monthlyBudget'],
  [{ tags: 'team' }, 'like team=data'],
  [{ tags: 'team=data,stage=x' }, 'Expected no tag that is there already'],
  [{ tags: 'Stage=x' }, 'Expected no tag that is there already'],
  [{ tags: 'team=a,Team=b' }, 'found "Team=b"'],
  [{ tags: 'team=' }, 'like team=data'],
  [
    { monthlyBudget: '5', operators: Array.from({ length: 11 }, (_, i) => `o${i}@example.com`).join() },
    'Expected at most 10 operators',
  ],
])('%j is refused with a clear error', (wrong, sentence) => {
  expect(errorOf({ ...GOOD, ...wrong })).toContain(sentence);
});

test('all errors are listed at once', () => {
  expect(
    errorOf({})
      .split('\n')
      .filter((line) => line.startsWith('Expected')),
  ).toHaveLength(3);
});

test.each([
  [['-c', 'signInPrefix=a'], { signInPrefix: 'a' }],
  [['--context', 'signInPrefix=a=b'], { signInPrefix: 'a=b' }],
  [['--context=signInPrefix=a', '-c=mailDomain=b'], { signInPrefix: 'a', mailDomain: 'b' }],
  [['-csignInPrefix=a'], { signInPrefix: 'a' }],
  [['--tags', 'signInPrefix=a'], {}],
])('settings on a command line %j', (options, settings) => {
  expect(settingsOn(options)).toEqual(settings);
});

test('a misspelled setting is refused, also one of a stage; the names of the CDK are not', () => {
  const names = { signUpDomain: '', 'sign-up-domains': '', mailDomain: '', '@aws-cdk/core:x': '', 'cli-telemetry': '' };
  expect(() => checkNames(names)).toThrow('found signUpDomain, sign-up-domains.');
  expect(() => checkNames({ dev: { mailDomains: '' } })).toThrow('found mailDomains.');
  expect(() => checkNames({ mailDomain: '', operators: '', dev: { mailDomain: '' } })).not.toThrow();
});

test('settings of a stage are under its name, and go before those of all stages', () => {
  const given = { ...GOOD, dev: { mailDomain: 'dev.example.com' } };
  expect(read({ ...given, stage: 'dev' })).toMatchObject({ stage: 'dev', mailDomain: 'dev.example.com' });
  expect(read(given)).toMatchObject({ stage: 'prod', mailDomain: 'example.com' });
  expect(errorOf({ ...given, stage: 'dev', dev: { mailDomain: 'x' } })).toContain('Expected mailDomain');
});

test('an unknown stage is refused', () => {
  expect(errorOf({ ...GOOD, stage: 'production' })).toBe('Expected the stage dev, staging, prod, found "production".');
});

test.each(['dev', 'staging', 'prod', 'local'])('the stage %s makes a stack', (stage) => {
  const props = stageProps(read({ ...GOOD, stage }));
  expect(Math.min(...Object.values(props.concurrency))).toBeGreaterThanOrEqual(2);
  expect(() => new ClosingBellStack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'X', props)).not.toThrow();
});

test('alarms reach a topic and a channel of Slack too; a budget and tags are those of the settings', () => {
  const more = {
    alarmTopic: 'arn:aws:sns:eu-west-1:123456789012:alarms',
    slackWorkspace: 'T07EZ1ABC',
    slackChannel: 'C07EZ1ABC',
    monthlyBudget: '500',
    tags: 'team=data,cost-center=4 2',
  };
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new ClosingBellStack(app, 'X', stageProps(read({ ...GOOD, ...more })));
  const template = Template.fromStack(stack);
  const alarms = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
    Object.values(template.findResources(type)).flatMap(({ Properties }) => Properties.AlarmActions ?? []),
  );
  expect(alarms.filter((action) => action === more.alarmTopic)).toHaveLength(alarms.length / 2);
  template.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
    SlackWorkspaceId: more.slackWorkspace,
    SlackChannelId: more.slackChannel,
    GuardrailPolicies: Match.anyValue(),
  });
  template.hasResourceProperties('AWS::Budgets::Budget', {
    Budget: { BudgetLimit: { Amount: 500, Unit: 'USD' } },
    NotificationsWithSubscribers: Match.arrayWith([
      Match.objectLike({ Subscribers: [{ Address: 'night@example.com', SubscriptionType: 'EMAIL' }] }),
    ]),
  });
  expect(stack.tags.tagValues()).toEqual({ team: 'data', 'cost-center': '4 2' });
});
