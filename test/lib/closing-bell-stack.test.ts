import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { OUTPUT } from '../../bin/deployment/publish-page.ts';
import { routeKey } from '../../lambdas/contracts/api/route.ts';
import { ROUTES } from '../../lambdas/contracts/routes.ts';
import { checkVendors } from '../../lambdas/contracts/vendors.ts';
import { ClosingBellStack } from '../../lib/closing-bell-stack.ts';
import { MailDomainStack } from '../../lib/mail-domain-stack.ts';
import { app, functionOf, idIn, ofType, PROPS, type Resource, resources, type Statement, template } from './stack.ts';

test('every uploaded object reaches the deliveries queue, also those whose name ingest will reject', () => {
  const [drop, files] = ofType('AWS::S3::Bucket').find(([id]) => id.startsWith('DropFiles')) ?? [];
  expect(files?.Properties).toMatchObject({
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    VersioningConfiguration: { Status: 'Enabled' },
  });
  const queueOf = (start: string) => {
    const [id = ''] = ofType('AWS::SQS::Queue').find(([one]) => one.startsWith(start)) ?? [];
    return { 'Fn::GetAtt': [id, 'Arn'] };
  };
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [{ Ref: drop }] }, object: { key: [{ 'anything-but': { suffix: '/' } }] } },
    },
    Targets: [
      Match.objectLike({
        Arn: queueOf('DropDeliveriesQueue'),
        DeadLetterConfig: { Arn: queueOf('DropDeliveriesDeadLetters') },
      }),
    ],
  });
});

test('feedback receives events of our own mails only', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { source: ['aws.ses'], detail: { mail: { tags: { recipient: [{ exists: true }] } } } },
  });
});

test('every route of the contract is deployed, with its scope', () => {
  const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties: p }]) => ({
    key: p['RouteKey'],
    scopes: p['AuthorizationType'] === 'JWT' ? p['AuthorizationScopes'] : [],
  }));
  const expected = [
    ...ROUTES.map((route) => ({ key: routeKey(route), scopes: route.scope ? [route.scope] : [] })),
    // Says that there is no such route.
    ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE'].map((method) => ({ key: `${method} /{proxy+}`, scopes: [] })),
  ];
  const byKey = (a: { key: unknown }, b: { key: unknown }) => (String(a.key) < String(b.key) ? -1 : 1);
  expect(routes.sort(byKey)).toEqual(expected.sort(byKey));
  // Such a route would take the preflights of the page, which API Gateway answers itself.
  expect(routes.filter(({ key }) => /^(?:ANY|OPTIONS|\$default)/.test(String(key)))).toEqual([]);
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: Match.anyValue() },
    AccessLogSettings: { Format: Match.not(Match.stringLikeRegexp('path|query|sourceIp')) },
  });
});

test('the stack has the outputs that a deployment reads', () => {
  const names = Object.keys(template.toJSON().Outputs);
  for (const start of Object.values(OUTPUT))
    expect([start, names.filter((name) => name.startsWith(start)).length]).toEqual([start, 1]);
});

test('there is no custom resource', () => {
  expect(
    resources
      .map(([, { Type }]) => Type)
      .filter((type) => type.startsWith('Custom::') || type.includes('CustomResource')),
  ).toEqual([]);
});

test('every function has one handler file and one role, and its permissions name resources', () => {
  const handlers = readdirSync(join(import.meta.dirname, '../../lambdas'), {
    recursive: true,
    encoding: 'utf8',
  }).filter((file) => file.endsWith('handler.ts'));
  const functions = ofType('AWS::Lambda::Function');
  expect(functions).toHaveLength(handlers.length);
  const roles = functions.map(([, { Properties }]) => JSON.stringify(Properties['Role']));
  expect(new Set(roles).size).toBe(functions.length);
  // A role that grows beyond 10 KB gets a second policy, where these tests and the local engine do not look.
  expect(ofType('AWS::IAM::ManagedPolicy')).toEqual([]);
  // One more role is Glue's, and three are the Scheduler's: one for each queue.
  expect(ofType('AWS::IAM::Role')).toHaveLength(functions.length + 4);
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

test('who feeds itself through queues may: Lambda would stop it after 16 hops. Nobody else may', () => {
  const fedBy = new Map(
    ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties: p }]) => [
      idIn(p['EventSourceArn']),
      idIn(p['FunctionName']),
    ]),
  );
  // The functions that a function sends messages to.
  const next = (name: string): string[] => {
    const role = idIn(functionOf(name).Properties['Role']);
    const sends = ofType('AWS::IAM::Policy')
      .filter(([, { Properties: p }]) => (p['Roles'] as unknown[]).some((one) => idIn(one) === role))
      .flatMap(([, { Properties: p }]) => (p['PolicyDocument'] as { Statement: Statement[] }).Statement)
      .filter(({ Action }) => [Action].flat().includes('sqs:SendMessage'));
    return sends.flatMap(({ Resource }) => [Resource].flat().flatMap((queue) => fedBy.get(idIn(queue)) ?? []));
  };
  const reached = (from: string, seen = new Set<string>()): Set<string> => {
    for (const name of next(from)) if (!seen.has(name)) reached(name, seen.add(name));
    return seen;
  };
  const functions = ofType('AWS::Lambda::Function').map(([name]) => name);
  const feedThemselves = functions.filter((name) => reached(name).has(name));
  expect(feedThemselves.length).toBeGreaterThan(0);
  expect(functions.filter((name) => functionOf(name).Properties['RecursiveLoop'] === 'Allow')).toEqual(feedThemselves);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'FanOutHops',
    Statistic: 'Maximum',
    Threshold: 100,
  });
});

test('the arm64 canvas that npm caches at install is the one in the bundles', () => {
  const { dependencies, scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const version = dependencies['@napi-rs/canvas'];
  expect(scripts.postinstall).toContain(`@napi-rs/canvas@${version} @napi-rs/canvas-linux-arm64-gnu@${version}`);
});

test('tables and buckets are retained, encrypted, with point-in-time recovery', () => {
  const tables = ofType('AWS::DynamoDB::GlobalTable');
  expect(tables).toHaveLength(7);
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
  // The ledger, the prices (replaced segments), the limits of the API, and the runs of collectors.
  template.resourcePropertiesCountIs(
    'AWS::DynamoDB::GlobalTable',
    { TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } },
    4,
  );
});

test('a vendor with an account of its own may upload to its folder, and do nothing else', () => {
  const policies = ofType('AWS::S3::BucketPolicy').flatMap(
    ([, { Properties: p }]) =>
      (p['PolicyDocument'] as { Statement: (Statement & { Effect: string; Principal: { AWS: unknown } })[] }).Statement,
  );
  const allowed = policies.filter(({ Effect, Principal }) => Effect === 'Allow' && Principal.AWS !== undefined);
  const uploads = allowed.filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
  const places = uploads.map(({ Resource, Principal }) => [JSON.stringify(Principal.AWS), JSON.stringify(Resource)]);
  expect(places).toEqual([
    [expect.stringContaining(':iam::123456789012:root'), expect.stringContaining('/eu/*')],
    ['"arn:aws:iam::210987654321:role/prices"', expect.stringContaining('/????-??-??_*')],
  ]);
  expect(new Set(uploads.flatMap(({ Action }) => Action))).toEqual(
    new Set(['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts']),
  );
});

test.each([
  [{ from: '12345', feed: 'eu' }, 'expected an account of 12 digits'],
  [{ from: '123456789012', feed: 'declared' }, 'this one is for our own files'],
  [{ from: '123456789012', feed: 'polygon/x' }, 'this one is for our own files'],
  [{ from: '123456789012', feed: '../eu' }, 'expected the folder of a feed'],
])('the vendor %j is refused', (vendor, message) => {
  expect(() => checkVendors([vendor])).toThrow(message);
});

test('files to try are uploaded from the page only, and removed after a day', () => {
  const [tries, ...others] = ofType('AWS::S3::Bucket').filter(([, { Properties }]) => Properties['CorsConfiguration']);
  expect(others).toEqual([]);
  expect(tries?.[1].Properties).toMatchObject({
    CorsConfiguration: { CorsRules: [{ AllowedMethods: ['PUT'], AllowedHeaders: ['content-type'] }] },
    LifecycleConfiguration: {
      Rules: [{ ExpirationInDays: 1, NoncurrentVersionExpiration: { NoncurrentDays: 1 }, Status: 'Enabled' }],
    },
  });
  expect(JSON.stringify(tries?.[1].Properties)).not.toContain('"*"');
});

test('every resource policy requires TLS', () => {
  const policies = [
    ...ofType('AWS::S3::BucketPolicy'),
    ...ofType('AWS::SQS::QueuePolicy'),
    ...ofType('AWS::SNS::TopicPolicy'),
  ];
  expect(policies).toHaveLength(7 + 12 + 1);
  for (const [, policy] of policies) expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
});

test('mails may be sent to any address, from our sender only', () => {
  const sending = ofType('AWS::IAM::Policy').flatMap(([, { Properties }]) => {
    const { Statement } = Properties['PolicyDocument'] as { Statement: { Action: string | string[] }[] };
    return Statement.filter(({ Action }) => [Action].flat().includes('ses:SendEmail'));
  });
  expect(sending).toHaveLength(3);
  for (const statement of sending) {
    // In the SES sandbox, IAM checks the recipient's identity too.
    expect(JSON.stringify(statement)).toContain(':identity/*');
    expect(statement).toMatchObject({ Condition: { StringEquals: { 'ses:FromAddress': 'digest@example.com' } } });
  }
});

test('no key of an API is in the template', () => {
  template.hasResourceProperties('AWS::SecretsManager::Secret', {
    Description: Match.stringLikeRegexp('Keys of market-data APIs'),
    GenerateSecretString: { SecretStringTemplate: '{}' },
  });
});

test('a refresh token expires after a day, is rotated, and can be revoked; sign-in is rate limited', () => {
  template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
    RefreshTokenValidity: 1440,
    RefreshTokenRotation: { Feature: 'ENABLED' },
    EnableTokenRevocation: true,
  });
  template.hasResourceProperties('AWS::WAFv2::WebACL', {
    Rules: [Match.objectLike({ Action: { Block: {} }, Statement: { RateBasedStatement: Match.anyValue() } })],
  });
  template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
});

test('the page may connect to our API and sign-in, and to no other address of AWS', () => {
  const policy = JSON.stringify(ofType('AWS::CloudFront::ResponseHeadersPolicy'));
  const region = '",{"Ref":"AWS::Region"},"';
  const signIn = `https://closing-bell.auth.${region}.amazoncognito.com`;
  const [, connect = ''] = /connect-src (.*?); /.exec(policy) ?? [];
  expect(connect.split(' ').toSorted()).toEqual(
    [
      "'self'",
      `https://*.execute-api.${region}.amazonaws.com`,
      `https://*.s3.${region}.amazonaws.com`,
      `https://cognito-idp.${region}.amazonaws.com`,
      signIn,
    ].toSorted(),
  );
});

test('a custom domain has an output with its DNS record; the mail domain has all its records', () => {
  const own = new ClosingBellStack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'ClosingBell', {
    ...PROPS,
    ownAddress: { webUrl: 'https://bell.example.com', certificateArn: 'arn:aws:acm:us-east-1:1:certificate/x' },
  });
  const outputs = Object.entries(Template.fromStack(own).toJSON().Outputs as Record<string, { Description: string }>);
  expect(outputs.find(([name]) => name.startsWith('PageDistributionDomain'))?.[1].Description).toBe(
    'Add it to the DNS: bell.example.com CNAME this',
  );
  const domain = new MailDomainStack(new App(), 'Mail', { mailDomain: 'example.com', tags: { team: 'data' } });
  Template.fromStack(domain).hasResource('AWS::SES::EmailIdentity', { DeletionPolicy: 'Retain' });
  expect(domain.tags.tagValues()).toEqual({ team: 'data' });
  const records = Object.keys(Template.fromStack(domain).toJSON().Outputs);
  expect(records.sort()).toEqual([
    'DkimRecord1',
    'DkimRecord2',
    'DkimRecord3',
    'DmarcRecord',
    'MailFromMxRecord',
    'MailFromSpfRecord',
  ]);
});

test('the log of requests is where it needs no room in the policy of CloudWatch Logs', () => {
  template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/vendedlogs/ClosingBell-requests' });
});

test('without keepsData nothing outlives the stack, and nothing is protected', () => {
  const stack = new ClosingBellStack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'X', {
    ...PROPS,
    keepsData: false,
  });
  const all = Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, Resource>);
  expect(all.filter(([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete').map(([id]) => id)).toEqual([]);
  expect(JSON.stringify(all)).not.toMatch(/"DeletionProtection\w*":(?:true|"ACTIVE")/);
});

test.each([
  [true, 'REQUIRE'],
  [false, 'OPTIONAL'],
])('requireTls %s: SES is told %s', (requireTls, TlsPolicy) => {
  const stack = new ClosingBellStack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'X', {
    ...PROPS,
    requireTls,
  });
  Template.fromStack(stack).hasResourceProperties('AWS::SES::ConfigurationSet', { DeliveryOptions: { TlsPolicy } });
});

test('cdk-nag reports only violations that are acknowledged with a reason', () => {
  const report = JSON.parse(readFileSync(join(app.synth().directory, 'validation-report.json'), 'utf8'));
  const [nag] = report.pluginReports.filter(({ pluginName }: { pluginName: string }) => pluginName === 'AwsSolutions');
  expect(nag).toMatchObject({ conclusion: 'success', violations: [] });
  expect(nag.suppressedViolations.length).toBeGreaterThan(0);
  for (const { reason } of nag.suppressedViolations) expect(reason).toMatch(/\.$/);
});
