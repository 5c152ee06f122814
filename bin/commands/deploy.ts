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
import { commandLine, WrongUsage } from '../command-line.ts';
import { lookAtAccount } from '../deployment/account.ts';
import { deployStack } from '../deployment/deploy-stack.ts';
import { deployedOutputs, isChanging, outputNamed, STACK } from '../deployment/deployed-stack.ts';
import { checkMailDomain } from '../deployment/mail-domain.ts';
import { nextSteps } from '../deployment/next-steps.ts';
import { useProfile } from '../deployment/profile.ts';
import { outputOf, publishPage } from '../deployment/publish-page.ts';
import { activateReceiptRules, receiptRulesProblem } from '../deployment/receipt-rules.ts';
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

/** Options with which cdk deploys nothing. */
const PLAN_ONLY = /--no-execute|--execute[= ]false|(?:--method|-m)[= ]prepare-change-set/;

await commandLine(USAGE, async () => {
  const options = withStage(process.argv.slice(2));
  useProfile(options);
  const given = { ...storedSettings(), ...settingsOn(options) };
  checkNames(given);
  const settings = readSettings((name) => given[name]);
  const [planOnly] = PLAN_ONLY.exec(options.join(' ')) ?? [];
  if (planOnly)
    throw new WrongUsage(
      `Expected options of a deployment, found ${planOnly}: the page would be uploaded without its stack. To see only what would change: npm run diff, or npx cdk deploy ${STACK} ${planOnly}.`,
    );
  if (settings.stage === 'local') throw new BadSettings('Expected a stage to deploy, found local: that is npm start.');
  const stage = stageProps(settings);
  const isDeployed = await checkBefore(settings, stage);
  const ses = new SESClient({});
  const run = () => spawnSync('cdk', ['deploy', STACK, ...options], { stdio: 'inherit' }).status;
  const { status, outputs } = await deployStack({ ses, planned: stage, outputs: deployedOutputs, isChanging, run });
  if (status !== 0) process.exit(status ?? 1);
  const page = mkdtempSync(join(tmpdir(), 'closing-bell-page-'));
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
  const outputs = (await deployedOutputs()) ?? {};
  const isDeployed = Object.keys(outputs).length > 0;
  const pageFunction = isDeployed ? (await runningStack({ aws: true })).resource('Api-Function') : undefined;
  const { problems, warnings } = await lookAtAccount(
    // CloudFront takes certificates of this region only.
    {
      ssm: new SSMClient({}),
      lambda: new LambdaClient({}),
      ses: new SESv2Client({}),
      acm: new ACMClient({ region: 'us-east-1' }),
      glue: new GlueClient({}),
    },
    { ...stage, webUrl, certificateArn, pageFunction },
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
  const ownPool = outputNamed(outputs, 'SignInUserPool');
  await checkSignInPrefix(client, signInPrefix, { region: await client.config.region(), ownPool });
  return isDeployed;
}
