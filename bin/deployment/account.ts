import { type ACMClient, DescribeCertificateCommand, ResourceNotFoundException } from '@aws-sdk/client-acm';
import { EntityNotFoundException, GetDatabaseCommand, type GlueClient } from '@aws-sdk/client-glue';
import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { GetAccountCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import type { QueueConcurrency } from '../../lambdas/contracts/queue-names.ts';
import { lakeDatabases } from '../../lib/lake.ts';
import { STACK } from './deployed-stack.ts';

/** What the CDK's bootstrap writes; the qualifier is the default one. */
const BOOTSTRAP = '/cdk-bootstrap/hnb659fds/version';
/** Invocations that requests and sign-in need beside those of the queues. */
const FOR_REQUESTS = 5;
/** Lambda keeps so many for functions without a reservation. */
const UNRESERVED = 100;

type Clients = { ssm: SSMClient; lambda: LambdaClient; ses: SESv2Client; acm: ACMClient; glue: GlueClient };
type Planned = {
  webUrl: string;
  certificateArn: string;
  concurrency: QueueConcurrency;
  mailSenders: readonly unknown[];
  reservedForPage?: number | undefined;
  /** Name of the function that answers the page, if the stack is there already. */
  pageFunction: string | undefined;
};

/** What stops a deployment, and what only the engineer should know. Each is a sentence that says what to do. */
export type Findings = { problems: string[]; warnings: string[] };

/**
 * Looks at the account before a deployment: a failed first one leaves protected tables, buckets, a user pool and a secret behind. All
 * findings at once.
 */
export async function lookAtAccount({ ssm, lambda, ses, acm, glue }: Clients, planned: Planned): Promise<Findings> {
  const findings: Findings = { problems: [], warnings: [] };
  await Promise.all([
    checkBootstrap(ssm, findings),
    checkConcurrency(lambda, planned, findings),
    checkSes(ses, findings),
    planned.certificateArn && checkCertificate(acm, planned, findings),
    planned.pageFunction !== undefined || checkLakeNames(glue, findings),
  ]);
  return findings;
}

async function checkBootstrap(ssm: SSMClient, { problems }: Findings): Promise<void> {
  const found = await ssm.send(new GetParameterCommand({ Name: BOOTSTRAP })).catch((error) => {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  });
  if (!found) problems.push('The CDK has not prepared this account and region: npx cdk bootstrap');
}

/** A deleted stack leaves the databases of its lake, whose names a new one needs. */
async function checkLakeNames(glue: GlueClient, { problems }: Findings): Promise<void> {
  const found = await Promise.all(
    lakeDatabases(STACK).map((Name) =>
      glue.send(new GetDatabaseCommand({ Name })).then(
        () => [Name],
        (error) => {
          if (error instanceof EntityNotFoundException) return [];
          throw error;
        },
      ),
    ),
  );
  const left = found.flat();
  if (left.length > 0)
    problems.push(
      `Expected no database of the lake, found ${left.join(', ')} of a stack before. Remove the definitions; the files stay: ${left.map((name) => `aws glue delete-database --name ${name}`).join('; ')}`,
    );
}

async function checkConcurrency(
  lambda: LambdaClient,
  { concurrency, mailSenders, reservedForPage = 0, pageFunction }: Planned,
  { problems, warnings }: Findings,
): Promise<void> {
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const quota = AccountLimit?.ConcurrentExecutions ?? 0;
  // What the stack has reserved already is ours.
  const { ReservedConcurrentExecutions: ours = 0 } =
    reservedForPage > 0 && pageFunction !== undefined
      ? await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: pageFunction }))
      : {};
  const free = (AccountLimit?.UnreservedConcurrentExecutions ?? quota) + ours;
  const { mails, ...others } = concurrency;
  // A stage without senders has no queue of mails.
  const queues = Object.values(others).reduce((sum, one) => sum + one, mailSenders.length > 0 ? mails : 0);
  if (reservedForPage > 0 && free - reservedForPage < UNRESERVED)
    problems.push(
      `Expected at least ${reservedForPage + UNRESERVED} concurrent executions of Lambda that no function has reserved, to reserve ${reservedForPage} of them, found ${free}. Request a higher one (Service Quotas, AWS Lambda), or leave reservedForPage out of the stage.`,
    );
  if (quota < queues + FOR_REQUESTS)
    warnings.push(
      `Lambda may run ${quota} executions at once in this account, and the queues of the stage may take ${queues}: while they are busy, sign-in and the page may fail. Request a higher quota (Service Quotas, AWS Lambda), or lower "concurrency" in the stage, at least 2 for each queue.`,
    );
}

async function checkSes(ses: SESv2Client, { problems, warnings }: Findings): Promise<void> {
  const { ProductionAccessEnabled, SendingEnabled } = await ses.send(new GetAccountCommand({}));
  if (SendingEnabled === false)
    problems.push('SES has stopped the mail of this account. Its console says why (Account dashboard).');
  if (!ProductionAccessEnabled)
    warnings.push(
      'SES is in its sandbox: only verified addresses get mail, 200 a day. Request production access (SES, Account dashboard).',
    );
}

async function checkCertificate(
  acm: ACMClient,
  { certificateArn, webUrl }: Planned,
  { problems }: Findings,
): Promise<void> {
  const found = await acm.send(new DescribeCertificateCommand({ CertificateArn: certificateArn })).catch((error) => {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  });
  const { Status, DomainName, SubjectAlternativeNames = [] } = found?.Certificate ?? {};
  if (Status !== 'ISSUED') {
    problems.push(
      `Expected an issued certificate at ${certificateArn}, found ${Status ? `one that is ${Status}` : 'none'}. Add the record that ACM shows to your DNS, and wait.`,
    );
    return;
  }
  const host = new URL(webUrl).hostname;
  const names = [...new Set([DomainName ?? '', ...SubjectAlternativeNames])];
  // A wildcard stands for one label.
  if (![host, host.replace(/^[^.]+/, '*')].some((one) => names.includes(one)))
    problems.push(`Expected a certificate for ${host}, found one for ${names.join(', ')}.`);
}
