import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACMClient } from '@aws-sdk/client-acm';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { GlueClient } from '@aws-sdk/client-glue';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SESClient } from '@aws-sdk/client-ses';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { build } from 'vite';
import type { ClosingBellProps } from '../../lib/closing-bell-stack.ts';
import { commandLine } from '../command-line.ts';
import { lookAtAccount } from '../deployment/account.ts';
import { deployedOutputs, STACK } from '../deployment/deployed-outputs.ts';
import { checkMailDomain } from '../deployment/mail-domain.ts';
import { nextSteps } from '../deployment/next-steps.ts';
import { useProfile } from '../deployment/profile.ts';
import { outputOf, publishPage } from '../deployment/publish-page.ts';
import { activateReceiptRules, receiptRulesProblem, receive, stopReceiving } from '../deployment/receipt-rules.ts';
import { checkSignInPrefix } from '../deployment/sign-in-prefix.ts';
import { withStage } from '../deployment/stage-option.ts';
import { runningStack } from '../running-stack.ts';
import { BadSettings, checkNames, readSettings, type Settings, settingsOn } from '../settings.ts';
import { runSmokeTest } from '../smoke-test.ts';
import { stageProps } from '../stages.ts';

const USAGE = `Usage: npm run deploy [-- OPTION…]

Looks at the account, runs cdk deploy, uploads the page, then runs a smoke test. Settings are in cdk.context.json (see docs/deploy.md) or options
-c name=value; all other options are passed to cdk deploy. Account and region are those of the shell: AWS_PROFILE, AWS_REGION or
--profile NAME.
  --stage NAME  dev, staging or prod (the default)`;

await commandLine(USAGE, async () => {
  const options = withStage(process.argv.slice(2));
  useProfile(options);
  const given = { ...storedSettings(), ...settingsOn(options) };
  checkNames(given);
  const settings = readSettings((name) => given[name]);
  if (settings.stage === 'local') throw new BadSettings('Expected a stage to deploy, found local: that is npm start.');
  const stage = stageProps(settings);
  const isDeployed = await checkBefore(settings, stage);
  const folder = mkdtempSync(join(tmpdir(), 'closing-bell-deploy-'));
  const outputsFile = join(folder, 'outputs.json');
  const deploy = ['deploy', STACK, '--outputs-file', outputsFile, ...options];
  const ses = new SESClient({});
  const hasStopped = await stopReceiving(ses, stage, (await deployedOutputs()) ?? []);
  const { status } = spawnSync('cdk', deploy, { stdio: 'inherit' });
  if (status !== 0) {
    // The stack is as it was.
    if (hasStopped) await receive(ses);
    process.exit(status ?? 1);
  }
  if (!existsSync(outputsFile)) {
    console.log('Nothing was deployed; the page was not changed.');
    return;
  }
  const { ClosingBell: outputs = {} } = JSON.parse(readFileSync(outputsFile, 'utf8'));
  const page = join(folder, 'page');
  await build({
    root: join(import.meta.dirname, '../../web'),
    logLevel: 'warn',
    build: { outDir: page, emptyOutDir: true },
  });
  await publishPage(new S3Client({ region: outputOf(outputs, 'region') }), outputs, page);
  console.log(`The page is at ${outputOf(outputs, 'webUrl')}`);
  const receiving = await activateReceiptRules(ses, stage);
  if (receiving) console.log(receiving);
  if (!isDeployed) console.log(nextSteps({ outputs, ...settings }).join('\n'));
  console.log('Smoke test: a tiny file, and one mail to a mailbox of SES’s simulator …');
  console.log(await runSmokeTest(await runningStack({ aws: true })));
});

function storedSettings(): Record<string, unknown> {
  const file = join(import.meta.dirname, '../../cdk.context.json');
  try {
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  } catch (error) {
    throw new BadSettings(`Expected JSON in ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Checks what would otherwise fail in the middle of a deployment, whose rollback retains tables, buckets and a user pool.
 * @returns true if the stack is there already
 * @throws Error if the account is not ready, the sign-in prefix is taken, or the mail domain is not verified
 */
async function checkBefore(settings: Settings, stage: ClosingBellProps): Promise<boolean> {
  const { signInPrefix, issuer, mailDomain, webUrl, certificateArn } = settings;
  const outputs = (await deployedOutputs()) ?? [];
  const isDeployed = outputs.length > 0;
  const { problems, warnings } = await lookAtAccount(
    // CloudFront takes certificates of this region only.
    {
      ssm: new SSMClient({}),
      lambda: new LambdaClient({}),
      ses: new SESv2Client({}),
      acm: new ACMClient({ region: 'us-east-1' }),
      glue: new GlueClient({}),
    },
    { ...stage, webUrl, certificateArn, isDeployed },
  );
  const receiving = await receiptRulesProblem(new SESClient({}), stage);
  if (receiving) problems.push(receiving);
  if (stage.feeds.length === 0)
    warnings.push(
      'No feed of the stage has a time (feeds in bin/stages.ts): a file that does not come is not noticed.',
    );
  for (const warning of warnings) console.warn(`Warning: ${warning}`);
  if (problems.length > 0) throw new BadSettings(problems.join('\n'));
  await checkMailDomain(new SESv2Client({}), mailDomain);
  if (issuer) return isDeployed;
  const client = new CognitoIdentityProviderClient({});
  const ownPool = outputs.find(({ OutputKey }) => OutputKey?.startsWith('SignInUserPool'))?.OutputValue;
  await checkSignInPrefix(client, signInPrefix, { region: await client.config.region(), ownPool });
  return isDeployed;
}
