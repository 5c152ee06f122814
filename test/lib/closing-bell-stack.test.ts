import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ROUTES, routeKey } from '../../lambdas/contracts/routes.ts';
import { ClosingBellStack } from '../../lib/closing-bell-stack.ts';

// Bundling is tested by the end-to-end test, which runs the bundles.
const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
const stack = new ClosingBellStack(app, 'ClosingBell', {
  platform: 'aws',
  mailDomain: 'example.com',
  signIn: { domainPrefix: 'closing-bell', signUpDomains: ['example.com'] },
  operators: ['night@example.com'],
  maxRejectedShare: 0.2,
  suspectMove: 0.5,
  fanOut: { segments: 8, concurrency: 4, timeout: Duration.minutes(5) },
  sesTimeout: Duration.seconds(10),
  claimSettlesAfter: Duration.hours(1),
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const template = Template.fromStack(stack);
type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string };
const resources: [string, Resource][] = Object.entries(template.toJSON().Resources);
const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type);

test('a dropped .csv or .csv.gz reaches the deliveries queue, in any case of its letters', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    VersioningConfiguration: { Status: 'Enabled' },
  });
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: {
        object: {
          key: [{ suffix: { 'equals-ignore-case': '.csv' } }, { suffix: { 'equals-ignore-case': '.csv.gz' } }],
        },
      },
    },
    Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
  });
});

test("feedback hears of our own mails only, whoever else sends from the domain's configuration set", () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { source: ['aws.ses'], detail: { mail: { tags: { subscriber: [{ exists: true }] } } } },
  });
});

test('every route of the contract is there, and asks for its scope', () => {
  const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties: p }]) => ({
    key: p['RouteKey'],
    scopes: p['AuthorizationType'] === 'JWT' ? p['AuthorizationScopes'] : [],
  }));
  const expected = ROUTES.map((route) => ({ key: routeKey(route), scopes: route.scope ? [route.scope] : [] }));
  const byKey = (a: { key: unknown }, b: { key: unknown }) => (String(a.key) < String(b.key) ? -1 : 1);
  expect(routes.sort(byKey)).toEqual(expected.sort(byKey));
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: Match.anyValue() },
    AccessLogSettings: { Format: Match.not(Match.stringLikeRegexp('path|query|sourceIp')) },
  });
});

test('the stack tells what the page is published with', () => {
  const names = Object.keys(template.toJSON().Outputs);
  for (const start of [
    'PagePageBucket',
    'PageRegion',
    'PageWebUrl',
    'ApiUrl',
    'SignInIssuer',
    'SignInClientId',
    'SignInScopes',
  ])
    expect(names.filter((name) => name.startsWith(start))).toHaveLength(1);
});

test('there is no custom resource', () => {
  expect(
    resources
      .map(([, { Type }]) => Type)
      .filter((type) => type.startsWith('Custom::') || type.includes('CustomResource')),
  ).toEqual([]);
});

test('every function has one handler file, one role, and what it may do names resources', () => {
  const handlers = readdirSync(join(import.meta.dirname, '../../lambdas'), {
    recursive: true,
    encoding: 'utf8',
  }).filter((file) => file.endsWith('handler.ts'));
  const functions = ofType('AWS::Lambda::Function');
  expect(functions).toHaveLength(handlers.length);
  const roles = functions.map(([, { Properties }]) => JSON.stringify(Properties['Role']));
  expect(new Set(roles).size).toBe(functions.length);
  expect(ofType('AWS::IAM::Role')).toHaveLength(functions.length);
  for (const [, { Properties }] of ofType('AWS::IAM::Policy')) {
    const { Statement } = Properties['PolicyDocument'] as {
      Statement: { Action: string | string[]; Resource: unknown }[];
    };
    const everywhere = Statement.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
    const bounded = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments', 'ses:GetAccount'];
    expect(everywhere.filter((action) => !bounded.includes(action))).toEqual([]);
    expect(JSON.stringify(Statement)).not.toMatch(/"\w+:\*"/);
  }
});

test('functions run Node 24 on arm64, with bounded logs', () => {
  template.allResourcesProperties('AWS::Lambda::Function', {
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    LoggingConfig: { LogFormat: 'JSON' },
  });
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
});

test('every queue that is read has dead letters, an alarm on them, and waits six timeouts', () => {
  const dead = ofType('AWS::SQS::Queue').filter(([, { Properties }]) => !Properties['RedrivePolicy']);
  const read = ofType('AWS::SQS::Queue').filter(([, { Properties }]) => Properties['RedrivePolicy']);
  expect([dead.length, read.length]).toEqual([3, 3]);
  const alarms = JSON.stringify(ofType('AWS::CloudWatch::Alarm'));
  for (const [name] of dead) expect(alarms).toContain(`"Fn::GetAtt":["${name}","QueueName"]`);
  for (const [, { Properties }] of ofType('AWS::Lambda::EventSourceMapping')) {
    const queue = read.find(([name]) => JSON.stringify(Properties['EventSourceArn']).includes(name))?.[1];
    const target = ofType('AWS::Lambda::Function').find(([name]) =>
      JSON.stringify(Properties['FunctionName']).includes(name),
    )?.[1];
    expect(queue?.Properties['VisibilityTimeout']).toBe(6 * Number(target?.Properties['Timeout']));
    expect(Properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
  }
});

test('every function has an alarm on its errors, and every alarm says what it means and tells the operators', () => {
  const alarms = ofType('AWS::CloudWatch::Alarm');
  for (const [name] of ofType('AWS::Lambda::Function')) {
    expect(
      alarms.some(
        ([, { Properties }]) =>
          Properties['MetricName'] === 'Errors' && JSON.stringify(Properties['Dimensions']).includes(name),
      ),
    ).toBe(true);
  }
  for (const [, { Properties }] of alarms) {
    expect(Properties['AlarmDescription']).toMatch(/Runbook: [a-z-]+\./);
    expect(Properties['AlarmActions']).toHaveLength(1);
  }
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'night@example.com' });
});

test('CloudWatch may tell the operators', () => {
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
        }),
      ]),
    },
  });
});

test('the arm64 canvas that npm keeps at install is the one the functions are bundled with', () => {
  const { dependencies, scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const version = dependencies['@napi-rs/canvas'];
  expect(scripts.postinstall).toContain(`@napi-rs/canvas@${version} @napi-rs/canvas-linux-arm64-gnu@${version}`);
});

test('data survives the stack, encrypted, with point-in-time recovery', () => {
  const tables = ofType('AWS::DynamoDB::GlobalTable');
  expect(tables).toHaveLength(6);
  for (const [, table] of tables) {
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        SSESpecification: { SSEEnabled: true },
        Replicas: [
          { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }, DeletionProtectionEnabled: true },
        ],
      },
    });
  }
  for (const [, bucket] of ofType('AWS::S3::Bucket')) expect(bucket.DeletionPolicy).toBe('Retain');
  // The ledger, the replaced segments that are kept for it, and the limits of the API.
  template.resourcePropertiesCountIs(
    'AWS::DynamoDB::GlobalTable',
    { TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } },
    3,
  );
});

test('nothing is reached without TLS', () => {
  const policies = [
    ...ofType('AWS::S3::BucketPolicy'),
    ...ofType('AWS::SQS::QueuePolicy'),
    ...ofType('AWS::SNS::TopicPolicy'),
  ];
  expect(policies).toHaveLength(3 + 6 + 1);
  for (const [, policy] of policies) expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
});

test('cdk-nag finds nothing that is not acknowledged with a reason', () => {
  const report = JSON.parse(readFileSync(join(app.synth().directory, 'validation-report.json'), 'utf8'));
  const [nag] = report.pluginReports.filter(({ pluginName }: { pluginName: string }) => pluginName === 'AwsSolutions');
  expect(nag).toMatchObject({ conclusion: 'success', violations: [] });
  expect(nag.suppressedViolations.length).toBeGreaterThan(0);
  for (const { reason } of nag.suppressedViolations) expect(reason).toMatch(/\.$/);
});
