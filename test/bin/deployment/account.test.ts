import { ACMClient, DescribeCertificateCommand, ResourceNotFoundException } from '@aws-sdk/client-acm';
import { EntityNotFoundException, GetDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetAccountCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { lookAtAccount } from '../../../bin/deployment/account.ts';

const [ssm, lambda, ses, acm, glue] = [
  mockClient(SSMClient),
  mockClient(LambdaClient),
  mockClient(SESv2Client),
  mockClient(ACMClient),
  mockClient(GlueClient),
];
const PLANNED = {
  pageFunction: undefined,
  webUrl: 'https://bell.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x',
  concurrency: { deliveries: 5, refreshed: 4, events: 2, reports: 2, planned: 5, mails: 2 },
  mailSenders: [],
};
const look = (planned: Partial<Parameters<typeof lookAtAccount>[1]> = {}) => {
  const region = 'us-east-1';
  const clients = {
    ssm: new SSMClient({ region }),
    lambda: new LambdaClient({ region }),
    ses: new SESv2Client({ region }),
    acm: new ACMClient({ region }),
    glue: new GlueClient({ region }),
  };
  return lookAtAccount(clients, { ...PLANNED, ...planned });
};
const certificate = (fields: object) => acm.on(DescribeCertificateCommand).resolves({ Certificate: fields });

beforeEach(() => {
  for (const mock of [ssm, lambda, ses, acm, glue]) mock.reset();
  ssm.on(GetParameterCommand).resolves({ Parameter: { Value: '25' } });
  lambda.on(GetAccountSettingsCommand).resolves({ AccountLimit: { ConcurrentExecutions: 1000 } });
  ses.on(GetAccountCommand).resolves({ ProductionAccessEnabled: true, SendingEnabled: true });
  certificate({ Status: 'ISSUED', DomainName: 'bell.example.com' });
  glue.on(GetDatabaseCommand).rejects(new EntityNotFoundException({ message: 'none', $metadata: {} }));
});

test('an account that has everything has no findings', async () => {
  expect(await look({ reservedForPage: 20 })).toEqual({ problems: [], warnings: [] });
});

test('a certificate of all hosts of the domain is one for the page', async () => {
  certificate({ Status: 'ISSUED', DomainName: 'example.com', SubjectAlternativeNames: ['*.example.com'] });
  expect((await look()).problems).toEqual([]);
});

test.each<[string, () => unknown, Partial<Parameters<typeof lookAtAccount>[1]>, RegExp]>([
  [
    'no bootstrap',
    () => ssm.on(GetParameterCommand).rejects(new ParameterNotFound({ message: 'none', $metadata: {} })),
    {},
    /npx cdk bootstrap/,
  ],
  ['no room for a reservation', () => undefined, { reservedForPage: 950 }, /at least 1050 .* found 1000\./],
  ['stopped mail', () => ses.on(GetAccountCommand).resolves({ SendingEnabled: false }), {}, /SES has stopped the mail/],
  ['a pending certificate', () => certificate({ Status: 'PENDING_VALIDATION' }), {}, /one that is PENDING_VALIDATION/],
  [
    'no certificate',
    () => acm.on(DescribeCertificateCommand).rejects(new ResourceNotFoundException({ message: 'none', $metadata: {} })),
    {},
    /found none/,
  ],
  [
    'a certificate of another host',
    () => certificate({ Status: 'ISSUED', DomainName: 'other.example.com' }),
    {},
    /certificate for bell.example.com, found one for other.example.com/,
  ],
  [
    'a database of the lake that a deleted stack left',
    () => glue.on(GetDatabaseCommand, { Name: 'closing_bell_silver' }).resolves({}),
    {},
    /found closing_bell_silver of a stack before.*: aws glue delete-database --name closing_bell_silver$/,
  ],
])('%s stops a deployment before it starts, with what to do', async (_, change, planned, message) => {
  change();
  expect((await look(planned)).problems).toEqual([expect.stringMatching(message)]);
});

test('a small account and the sandbox of SES are warnings', async () => {
  lambda.on(GetAccountSettingsCommand).resolves({ AccountLimit: { ConcurrentExecutions: 10 } });
  ses.on(GetAccountCommand).resolves({ ProductionAccessEnabled: false, SendingEnabled: true });
  expect(await look()).toEqual({
    problems: [],
    warnings: [expect.stringMatching(/run 10 executions .* take 18/), expect.stringMatching(/sandbox/)],
  });
});

test.each([
  ['the reservation that there is already', 20, 20, 100, 0],
  ['a first reservation of a stack that runs', undefined, 20, 110, 1],
  ['a larger reservation', 20, 40, 110, 1],
])('%s', async (_what, ours, reservedForPage, free, problems) => {
  lambda.on(GetAccountSettingsCommand).resolves({
    AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: free },
  });
  lambda.on(GetFunctionConcurrencyCommand, { FunctionName: 'api' }).resolves({ ReservedConcurrentExecutions: ours });
  expect((await look({ reservedForPage, pageFunction: 'api' })).problems).toHaveLength(problems);
});

test('the databases of a stack that is deployed are its own', async () => {
  glue.on(GetDatabaseCommand).resolves({});
  expect((await look({ pageFunction: 'api' })).problems).toEqual([]);
});

test('a missing permission is not a finding: it is named', async () => {
  ssm.on(GetParameterCommand).rejects(new Error('AccessDenied: ssm:GetParameter'));
  await expect(look()).rejects.toThrow('ssm:GetParameter');
});
